export const baseTickMs = 1_000
const mostTickMs = 30_000
/** A sweep may fill this much of its tick; more, and the host has no time for anything else. */
const fullShare = 0.8
/** Quick sweeps in a row before the tick shrinks again. */
const calmSweeps = 5
/** A timer may fire this early. */
const timerSlackMs = 5

/** One turn of sampling. */
export interface Tick {
  /** On the chart: a whole multiple of the tick, the same for all hosts. */
  tickMs: number
  /** When it is due, epoch ms: at the host's own phase within the second. */
  dueMs: number
}

/**
 * How often one host is sampled: every second, less often where the sweep itself takes that long.
 * Samples are drawn on whole seconds, so that charts align, but taken at a phase of their own: libvirt
 * leaves out of a sweep what another client is just asking about, and clocks in step would meet for ever.
 *
 *   drawn at   10 000        11 000        12 000
 *   host a         ▲ 300         ▲ 300         ▲
 *   host b     ▲ 20          ▲ 20          ▲
 */
export class TickSchedule {
  readonly #phaseMs: number
  #tickMs = baseTickMs
  #calm = 0

  /** @param phase where in the second samples are taken, 0..1 */
  constructor(phase: number = Math.random()) {
    this.#phaseMs = Math.min(baseTickMs - 1, Math.floor(phase * baseTickMs))
  }

  /** The interval in force, ms. */
  get tickMs(): number {
    return this.#tickMs
  }

  /** The tick that is under way at `wallMs`. */
  at(wallMs: number): Tick {
    return this.#tick(Math.floor((wallMs - this.#phaseMs) / this.#tickMs))
  }

  /** The first tick after the one under way. */
  nextAfter(wallMs: number): Tick {
    const sinceMs = wallMs + timerSlackMs - this.#phaseMs
    return this.#tick(Math.floor(sinceMs / this.#tickMs) + 1)
  }

  /** Whether a timer for `tick` that fired at `wallMs` fired late enough. */
  isDue(tick: Tick, wallMs: number): boolean {
    return wallMs >= tick.dueMs - timerSlackMs
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

  #tick(number: number): Tick {
    const tickMs = number * this.#tickMs
    return { tickMs, dueMs: tickMs + this.#phaseMs }
  }
}
