/** A counter read twice gives a rate. */
export class Rate {
  #value: number | null = null
  #atMs = 0

  /**
   * @param atMs monotonic
   * @returns units of the counter per second since the read before; null the first time, and when the
   *   counter fell (a new boot) or no time passed
   */
  next(value: number | null, atMs: number): number | null {
    const before = this.#value
    const seconds = (atMs - this.#atMs) / 1000
    this.#value = value
    this.#atMs = atMs
    if (before === null || value === null || value < before || seconds <= 0) return null
    return (value - before) / seconds
  }

  reset(): void {
    this.#value = null
  }
}

/**
 * Share of the time of `cpus` processors that a counter of ns used.
 *
 * @returns 0..100; null when not known
 */
export function cpuPercent(nsPerSecond: number | null, cpus: number): number | null {
  if (nsPerSecond === null || cpus <= 0) return null
  return Math.min(100, Math.max(0, nsPerSecond / 1e7 / cpus))
}
