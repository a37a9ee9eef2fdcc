import { expect, test } from 'vitest'

import type { MemoryStats } from '../contract/memory.ts'
import { MemoryTracker, ratesBetween } from './tracker.ts'

const base: MemoryStats = {
  actual: 262_144,
  swap_in: 0,
  swap_out: 0,
  major_fault: 0,
  minor_fault: 0,
  unused: 190_000,
  available: 223_632,
  usable: 200_000,
  last_update: 1_000,
  disk_caches: 0,
  hugetlb_pgalloc: 0,
  hugetlb_pgfail: 0,
  rss: 300_000,
}
const facts = { maximumKiB: 262_144, autodeflate: false }

test('rates count the time between two writes of the guest, not between two samples', () => {
  const tracker = new MemoryTracker()
  tracker.add(base, 0, facts)
  expect(tracker.derived.swapInKiBps).toBeNull()
  tracker.add({ ...base }, 1_000, facts)
  tracker.add({ ...base, last_update: 1_002, swap_in: 400, major_fault: 6 }, 2_000, facts)
  expect(tracker.derived.swapInKiBps).toBe(200)
  expect(tracker.derived.majorFaultsPerS).toBe(3)
  // No new write: the rate stands.
  tracker.add({ ...base, last_update: 1_002, swap_in: 400, major_fault: 6 }, 3_000, facts)
  expect(tracker.derived.swapInKiBps).toBe(200)
})

test('a clock that was set does not bend a rate', () => {
  const after = { ...base, last_update: 1_000 + 3_602, swap_in: 200 }
  const rates = ratesBetween({ stats: base, atMs: 0 }, { stats: after, atMs: 2_000 })
  expect(rates.swapInKiBps).toBe(100)
})

test('a counter that fell belongs to another boot', () => {
  const before = { ...base, swap_in: 500 }
  const after = { ...base, last_update: 1_002, swap_in: 3 }
  expect(
    ratesBetween({ stats: before, atMs: 0 }, { stats: after, atMs: 2_000 }).swapInKiBps,
  ).toBeNull()
})

test('the first sight of statistics is not their advance', () => {
  const tracker = new MemoryTracker()
  tracker.add(base, 5_000, facts)
  expect(tracker.advancedAtMs).toBeNull()
  expect(tracker.watchedSinceMs).toBe(5_000)
  tracker.add({ ...base, last_update: 1_001 }, 6_000, facts)
  expect(tracker.advancedAtMs).toBe(6_000)
})

test('a driver that comes up while watched advances with its first write', () => {
  const tracker = new MemoryTracker()
  const silent = { ...base, last_update: 0, available: null, usable: null, unused: null }
  tracker.add(silent, 0, facts)
  expect(tracker.derived.usedKiB).toBeNull()
  expect(tracker.derived.hostCostKiB).toBe(300_000)
  tracker.add(base, 1_000, facts)
  expect(tracker.advancedAtMs).toBe(1_000)
  expect(tracker.derived.usedKiB).toBe(23_632)
})

test('while the balloon of a guest with a fixed total moves, used is held', () => {
  const tracker = new MemoryTracker()
  const auto = { maximumKiB: 262_144, autodeflate: true }
  tracker.add(base, 0, auto)
  const used = tracker.derived.usedKiB
  tracker.add({ ...base, actual: 131_072 }, 1_000, auto)
  expect(tracker.derived.usedKiB).toBe(used)
  // The guest writes: total and usable are both of the new size again.
  tracker.add({ ...base, actual: 131_072, usable: 68_000, last_update: 1_002 }, 2_000, auto)
  expect(tracker.derived.usedKiB).toBe(223_632 - 131_072 - 68_000)
})

test('the floor follows the peak of the last minute', () => {
  const tracker = new MemoryTracker()
  tracker.add({ ...base, usable: 100_000 }, 0, facts)
  const high = tracker.floor!
  expect(high.usedKiB).toBe(123_632)
  for (let second = 1; second <= 59; second++) {
    tracker.add({ ...base, last_update: 1_000 + second }, second * 1_000, facts)
  }
  expect(tracker.floor).toEqual(high)
  tracker.add({ ...base, last_update: 1_061 }, 61_000, facts)
  expect(tracker.floor!.usedKiB).toBe(23_632)
})

test('reset forgets a run', () => {
  const tracker = new MemoryTracker()
  tracker.add(base, 0, facts)
  tracker.reset()
  expect(tracker.floor).toBeNull()
  expect(tracker.everReported).toBe(false)
  expect(tracker.derived.usedKiB).toBeNull()
})
