import type { Pressure } from '../contract/pressure.ts'

/** So many samples without `pressed` until it may be said again. */
const endAfter = 60

/** Tells when a guest comes under memory pressure, once for each time. */
export class PressureWatch {
  #calm = endAfter

  /** Takes in the pressure of one sample; true when `pressed` begins. */
  add(pressure: Pressure | null): boolean {
    if (pressure?.level !== 'pressed') {
      this.#calm++
      return false
    }
    const begins = this.#calm >= endAfter
    this.#calm = 0
    return begins
  }
}
