export const baseTickMs = 1_000
const mostTickMs = 30_000
/** A sweep may fill this much of its tick; more, and the host has no time for anything else. */
const fullShare = 0.8
/** Quick sweeps in a row before the tick shrinks again. */
const calmSweeps = 5

/**
 * How often one host is sampled: every second, less often where the sweep itself takes that long.
 * Ticks lie on whole multiples of the tick, so that all hosts are sampled in the same second.
 */
export class TickSchedule {
  #tickMs = baseTickMs
  #calm = 0

  /** The interval in force, ms. */
  get tickMs(): number {
    return this.#tickMs
  }

  /** @returns epoch ms of the next tick after `wallMs` */
  nextAfter(wallMs: number): number {
    return (Math.floor(wallMs / this.#tickMs) + 1) * this.#tickMs
  }

  /** Takes in how long a sweep took. */
  sweepTook(sweepMs: number): void {
    const neededMs = Math.min(
      mostTickMs,
      Math.max(baseTickMs, Math.ceil(sweepMs / fullShare / baseTickMs) * baseTickMs),
    )
    if (neededMs >= this.#tickMs) {
      this.#tickMs = neededMs
      this.#calm = 0
      return
    }
    this.#calm++
    if (this.#calm >= calmSweeps) {
      this.#tickMs = neededMs
      this.#calm = 0
    }
  }
}
