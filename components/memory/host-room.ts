import type { MemoryDetail } from '../../server/contract/memory.ts'

/**
 * - `free`: the guest may take more than the host has free now; it has to be forced
 * - `balloons`: with it the balloons of all guests come to more than the RAM; only said
 */
export interface RoomWarning {
  kind: 'free' | 'balloons'
  needKiB: number
  haveKiB: number
}

/** What the host would be short of if this balloon grew, by the rule of server/memory/overcommit.ts. */
export function roomWarning(
  targetKiB: number,
  memory: Pick<MemoryDetail, 'stats' | 'hostRoom'>,
): RoomWarning | null {
  const { stats, hostRoom } = memory
  if (!hostRoom || stats.actual === null || targetKiB <= stats.actual) return null
  // What it holds already is gone from the free RAM.
  const needKiB = Math.max(0, targetKiB - Math.max(stats.actual, stats.rss ?? 0))
  if (needKiB > hostRoom.reachableKiB) {
    return { kind: 'free', needKiB, haveKiB: hostRoom.reachableKiB }
  }
  const balloonsKiB = hostRoom.balloonsKiB - stats.actual + targetKiB
  if (balloonsKiB <= hostRoom.totalKiB) return null
  return { kind: 'balloons', needKiB: balloonsKiB, haveKiB: hostRoom.totalKiB }
}
