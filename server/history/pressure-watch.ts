import type { PressureLevel } from '../contract/pressure.ts'

/** So many samples without `pressed` until it may be said again. */
const endAfter = 60

/** Tells when a guest comes under memory pressure, once for each time. */
export class PressureWatch {
  #calm = endAfter

  /** Takes in how one sample was pressed; true when `pressed` begins. */
  add(level: PressureLevel): boolean {
    if (level !== 'pressed') {
      this.#calm++
      return false
    }
    const begins = this.#calm >= endAfter
    this.#calm = 0
    return begins
  }
}
