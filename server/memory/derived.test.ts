import { expect, test } from 'vitest'

import type { MemoryStats } from '../contract/memory.ts'
import { deriveLevels, guestTotalKiB, hostSideOf } from './derived.ts'

const none: MemoryStats = {
  actual: null,
  swap_in: null,
  swap_out: null,
  major_fault: null,
  minor_fault: null,
  unused: null,
  available: null,
  usable: null,
  last_update: null,
  disk_caches: null,
  hugetlb_pgalloc: null,
  hugetlb_pgfail: null,
  rss: null,
}

// A guest of the lab: of 256 MiB, it boots with a total of 223,632 KiB.
const boot = {
  ...none,
  actual: 262_144,
  available: 223_632,
  unused: 190_000,
  usable: 197_000,
}
const context = { maximumKiB: 262_144, actualAtStatsKiB: null }

test('a guest at its full size uses total minus usable', () => {
  const levels = deriveLevels({ ...boot, rss: 348_776 }, { ...context, autodeflate: false })
  expect(levels).toEqual({
    usedKiB: 223_632 - 197_000,
    cacheKiB: 7_000,
    kernelReserveKiB: 262_144 - 223_632,
    heldCacheKiB: null,
    overheadKiB: 348_776 - 262_144,
    hostCostKiB: 348_776,
  })
})

test('without autodeflate the total shrinks with the balloon', () => {
  const stats = { ...none, actual: 77_352, available: 38_840, usable: 5_700, unused: 5_000 }
  const levels = deriveLevels(stats, { ...context, autodeflate: false })
  expect(levels.usedKiB).toBe(38_840 - 5_700)
  expect(levels.kernelReserveKiB).toBe(77_352 - 38_840)
})

test('with autodeflate the total stays that of the boot and the balloon is not counted as used', () => {
  const stats = {
    ...none,
    actual: 140_976,
    available: 223_632,
    usable: 75_000,
    unused: 70_000,
  }
  const inBalloon = 262_144 - 140_976
  const levels = deriveLevels(stats, { ...context, autodeflate: true })
  expect(levels.usedKiB).toBe(223_632 - inBalloon - 75_000)
  expect(levels.kernelReserveKiB).toBe(262_144 - 223_632)
})

test('with autodeflate also a balloon smaller than the reserve is taken off', () => {
  const stats = { ...none, actual: 250_000, available: 223_632, usable: 180_000 }
  expect(guestTotalKiB(stats, { ...context, autodeflate: true })).toBe(223_632 - 12_144)
  expect(guestTotalKiB(stats, { ...context, autodeflate: null })).toBe(223_632)
})

test('a total above the balloon is that of the boot, whatever the XML says', () => {
  const stats = { ...none, actual: 131_072, available: 223_632, usable: 60_000 }
  expect(guestTotalKiB(stats, { ...context, autodeflate: false })).toBe(223_632 - 131_072)
})

test('a usable from before a shrink never makes used negative', () => {
  const stats = { ...none, actual: 131_072, available: 92_000, usable: 197_000 }
  expect(deriveLevels(stats, { ...context, autodeflate: false }).usedKiB).toBe(0)
})

test('what the guest does not say stays unknown', () => {
  const levels = deriveLevels(
    { ...none, actual: 131_072, rss: 1 },
    { ...context, autodeflate: false },
  )
  expect(levels).toEqual({
    usedKiB: null,
    cacheKiB: null,
    kernelReserveKiB: null,
    heldCacheKiB: null,
    overheadKiB: 0,
    hostCostKiB: 1,
  })
})

test('an old guest without MemAvailable is estimated from free and caches', () => {
  const stats = { ...boot, usable: null, disk_caches: 10_000 }
  expect(deriveLevels(stats, { ...context, autodeflate: false }).usedKiB).toBe(23_632)
})

test('huge pages, which RSS does not count, are a cost of the host', () => {
  // Seen in the lab: a guest of 256 MiB from huge pages of 2 MiB, its QEMU, 128 pages gone from the pool.
  const stats = { ...boot, actual: 131_072, rss: 110_000 }
  const cost = { hostCostKiB: 110_000 + 262_144, overheadKiB: 110_000 }
  expect(hostSideOf(stats, { maximumKiB: 262_144, hugePages: true })).toEqual(cost)
  expect(hostSideOf(stats, { maximumKiB: 262_144 }).hostCostKiB).toBe(110_000)
})
