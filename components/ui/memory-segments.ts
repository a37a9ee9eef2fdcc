export interface MemoryFigures {
  usedKiB: number | null
  cacheKiB: number | null
  balloonKiB: number | null
  maximumKiB: number
  rssKiB?: number | null
}

export interface MemorySegments {
  /** Percent of the bar; used + cache + free + unknown + beyond = 100. */
  used: number
  cache: number
  /** In the balloon's reach, not used. */
  free: number
  /** In the balloon's reach, but the guest does not say how it uses it. */
  unknown: number
  /** From the balloon up to the maximum: with the host at the moment. */
  beyond: number
  /** Where the tick of the QEMU process's RSS stands; null when not known. RSS may exceed the maximum. */
  rss: number | null
}

/**
 * The parts of a memory bar. The bar is as wide as the maximum; figures of different moments may
 * contradict each other by a little, so each part is cut to what is left of the balloon.
 */
export function memorySegments(figures: MemoryFigures): MemorySegments {
  const maximum = Math.max(figures.maximumKiB, figures.balloonKiB ?? 0, 1)
  // Without a balloon nothing is held back: all of the maximum is the guest's.
  const balloon = clamp(figures.balloonKiB ?? maximum, maximum)
  const used = figures.usedKiB === null ? null : clamp(figures.usedKiB, balloon)
  const cache = used === null ? 0 : clamp(figures.cacheKiB ?? 0, balloon - used)
  const percent = (kib: number) => (kib / maximum) * 100
  return {
    used: percent(used ?? 0),
    cache: percent(cache),
    free: used === null ? 0 : percent(balloon - used - cache),
    unknown: used === null ? percent(balloon) : 0,
    beyond: percent(maximum - balloon),
    rss:
      figures.rssKiB === null || figures.rssKiB === undefined
        ? null
        : percent(clamp(figures.rssKiB, maximum)),
  }
}

function clamp(kib: number, most: number): number {
  return Math.min(Math.max(kib, 0), Math.max(most, 0))
}
