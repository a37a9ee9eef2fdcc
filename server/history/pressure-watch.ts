import type { DerivedMemory, MemoryStats } from '../contract/memory.ts'

/** A guest that swaps more than this is short of memory. KiB/s, both ways together. */
const swapKiBps = 512
/** Likewise one that has less than this share left to take. */
const leastUsable = 0.04
/** It has to hold so long before it is said, and to be over so long before it is said again. Samples. */
const beginAfter = 5
const endAfter = 60

/** Notices when a guest comes under memory pressure, once for each time. */
export class PressureWatch {
  #pressed = 0
  #calm = endAfter

  /** Takes in one sample; true when pressure begins. */
  add(stats: MemoryStats, derived: DerivedMemory): boolean {
    const swap = (derived.swapInKiBps ?? 0) + (derived.swapOutKiBps ?? 0)
    const scarce =
      stats.usable !== null &&
      stats.available !== null &&
      stats.available > 0 &&
      stats.usable / stats.available < leastUsable
    if (swap < swapKiBps && !scarce) {
      this.#pressed = 0
      this.#calm++
      return false
    }
    this.#pressed++
    if (this.#pressed < beginAfter) return false
    const begins = this.#calm >= endAfter
    this.#calm = 0
    return begins
  }
}
