import type { DerivedMemory, MemoryStats } from '../contract/memory.ts'

/** What beside the statistics decides how they are to be read. All KiB. */
export interface MemoryContext {
  /** `<memory>`: what the guest booted with. */
  maximumKiB: number
  /** `<memballoon autodeflate=…>`; null = the XML is not read yet. */
  autodeflate: boolean | null
  /** Its memory is of huge pages, all set aside at the start: RSS does not count them. */
  hugePages?: boolean
  /** The balloon when the guest last wrote its statistics; `actual` itself may be newer. */
  actualAtStatsKiB: number | null
}

/** Balloon movement below this is the granularity of guest pages, not a resize. */
const pageNoiseKiB = 1024

/**
 * Whether the guest's own total shrinks with the balloon. Linux lowers MemTotal unless it negotiated
 * DEFLATE_ON_OOM (drivers/virtio/virtio_balloon.c: adjust_managed_page_count); then, and in Windows
 * always, the total stays that of the boot and the balloon counts as used.
 */
export function totalFollowsBalloon(
  availableKiB: number,
  actualKiB: number,
  autodeflate: boolean | null,
): boolean {
  // No guest can count more than it has: such a total is that of the boot, whatever the XML says.
  if (availableKiB > actualKiB + pageNoiseKiB) return false
  return autodeflate !== true
}

/**
 * What the guest could use now: its total without what the balloon holds.
 *
 * @returns KiB; null when the guest does not say
 */
export function guestTotalKiB(stats: MemoryStats, context: MemoryContext): number | null {
  const actualKiB = context.actualAtStatsKiB ?? stats.actual
  if (stats.available === null) return null
  if (actualKiB === null) return stats.available
  if (totalFollowsBalloon(stats.available, actualKiB, context.autodeflate)) {
    return stats.available
  }
  const inBalloonKiB = Math.max(0, context.maximumKiB - actualKiB)
  return Math.max(0, stats.available - inBalloonKiB)
}

/** Free and reclaimable as the guest counts it (MemAvailable); old guests do not say, then estimated. */
export function usableKiB(stats: MemoryStats): number | null {
  if (stats.usable !== null) return stats.usable
  if (stats.unused === null || stats.disk_caches === null) return null
  return stats.unused + stats.disk_caches
}

/**
 * The figures that follow from one sample (virsh.rst, `dommemstat`), without the rates. Never
 * negative: after a resize `usable` may still be from the time of the old size.
 */
export function deriveLevels(
  stats: MemoryStats,
  context: MemoryContext,
): Omit<DerivedMemory, 'swapInKiBps' | 'swapOutKiBps' | 'majorFaultsPerS'> {
  const totalKiB = guestTotalKiB(stats, context)
  const freeableKiB = usableKiB(stats)
  const actualKiB = context.actualAtStatsKiB ?? stats.actual
  return {
    usedKiB:
      totalKiB === null || freeableKiB === null
        ? null
        : Math.max(0, totalKiB - freeableKiB),
    cacheKiB:
      freeableKiB === null || stats.unused === null
        ? null
        : Math.max(0, freeableKiB - stats.unused),
    kernelReserveKiB:
      totalKiB === null || actualKiB === null ? null : Math.max(0, actualKiB - totalKiB),
    heldCacheKiB: heldCacheKiB(stats, freeableKiB),
    ...hostSideOf(stats, context),
  }
}

/** What of the cache is no cache: MemAvailable leaves out shared memory and tmpfs, disk_caches counts it. */
function heldCacheKiB(stats: MemoryStats, freeableKiB: number | null): number | null {
  if (stats.disk_caches === null || freeableKiB === null || stats.unused === null)
    return null
  return Math.max(0, stats.disk_caches - Math.max(0, freeableKiB - stats.unused))
}

/** What the host says, whether the guest says anything or not. */
export function hostSideOf(
  { rss, actual }: MemoryStats,
  { hugePages = false, maximumKiB }: Pick<MemoryContext, 'hugePages' | 'maximumKiB'>,
) {
  const hugeKiB = hugePages ? maximumKiB : 0
  if (rss === null) return { hostCostKiB: null, overheadKiB: null }
  const hostCostKiB = rss + hugeKiB
  const guestKiB = hugePages ? maximumKiB : actual
  const overheadKiB = guestKiB === null ? null : Math.max(0, hostCostKiB - guestKiB)
  return { hostCostKiB, overheadKiB }
}
