import type { MemoryStats } from '../contract/memory.ts'

/** Figures that move in every guest that does anything with its memory. */
const moving = [
  'unused',
  'available',
  'usable',
  'disk_caches',
  'swap_in',
  'swap_out',
  'major_fault',
  'minor_fault',
] as const satisfies readonly (keyof MemoryStats)[]

/** So many writings without a change, over so long, before they are doubted. */
const leastWritings = 10
const leastMs = 30_000
/** Memory that QEMU newly holds means that the guest touched it: then something must have moved. */
const leastGrowthKiB = 64 * 1024
const leastGrowthShare = 0.03

/**
 * Notices a guest whose statistics are written anew each period and never change, though the guest
 * touches memory it never touched before: a driver that repeats an old answer. An idle guest writes
 * the same figures for minutes too, and is none: its QEMU does not grow.
 */
export class FrozenWatch {
  #last: MemoryStats | null = null
  #sinceMs = 0
  #writings = 0
  #rssKiB: number | null = null

  /**
   * Takes in each new writing of the guest's statistics; `atMs` is monotonic.
   *
   * @param filledByHost QEMU grows without the guest: a migration reads or writes its memory
   */
  add(stats: MemoryStats, atMs: number, filledByHost = false): void {
    const last = this.#last
    this.#last = stats
    if (filledByHost) this.#rssKiB = stats.rss
    if (last && moving.every((field) => last[field] === stats[field])) {
      this.#writings++
      return
    }
    this.#sinceMs = atMs
    this.#writings = 0
    this.#rssKiB = stats.rss
  }

  frozenAt(atMs: number): boolean {
    const { actual, rss } = this.#last ?? {}
    if (this.#writings < leastWritings || atMs - this.#sinceMs < leastMs) return false
    if (rss === null || rss === undefined || this.#rssKiB === null) return false
    const least = Math.max(leastGrowthKiB, (actual ?? 0) * leastGrowthShare)
    return rss - this.#rssKiB >= least
  }

  reset(): void {
    this.#last = null
    this.#writings = 0
    this.#rssKiB = null
  }
}
