import { expect, test } from 'vitest'

import type { MemoryStats } from '../contract/memory.ts'
import { FrozenWatch } from './frozen.ts'

/** app2 of the lab, idle: a minute apart virsh dommemstat was the same but for last_update. */
const idle: MemoryStats = {
  actual: 196_608,
  swap_in: 0,
  swap_out: 0,
  major_fault: 0,
  minor_fault: 6_704,
  unused: 109_412,
  available: 158_096,
  usable: 113_684,
  last_update: 1_795_384_874,
  disk_caches: 2_584,
  hugetlb_pgalloc: 0,
  hugetlb_pgfail: 0,
  rss: 243_180,
}

function watch(of: (second: number) => Partial<MemoryStats>, seconds = 60) {
  const frozen = new FrozenWatch()
  for (let second = 0; second <= seconds; second += 2) {
    frozen.add({ ...idle, last_update: second, ...of(second) }, second * 1000)
  }
  return frozen.frozenAt(seconds * 1000)
}

test('an idle guest whose figures stand still is not frozen', () => {
  expect(watch(() => ({}))).toBe(false)
})
test('a guest that grows while its figures stand still is', () => {
  expect(watch((second) => ({ rss: idle.rss! + second * 2_000 }))).toBe(true)
})
test('one that grows and says so is not', () => {
  const grows = (second: number) => ({
    rss: 250_000 + second * 2_000,
    unused: 9e5 - second,
  })
  expect(watch(grows)).toBe(false)
})
test('one whose memory a migration reads is not', () => {
  const frozen = new FrozenWatch()
  for (let second = 0; second <= 60; second += 2) {
    const rss = idle.rss! + Math.min(second, 40) * 4_000
    frozen.add({ ...idle, last_update: second, rss }, second * 1000, second <= 40)
  }
  expect(frozen.frozenAt(60_000)).toBe(false)
})
test('it takes half a minute to say so', () => {
  expect(watch((second) => ({ rss: idle.rss! + second * 9_000 }), 20)).toBe(false)
})
