import { expect, test } from 'vitest'

import { memoryStatFields, type MemoryStats } from '../../server/contract/memory.ts'
import { dimmXml } from './dimm-xml.ts'
import { roomWarning } from './host-room.ts'

const gib = 1024 * 1024
const stats: MemoryStats = {
  ...(Object.fromEntries(
    Object.keys(memoryStatFields).map((name) => [name, null]),
  ) as MemoryStats),
  actual: 4 * gib,
  rss: 5 * gib,
}
const hostRoom = { totalKiB: 16 * gib, reachableKiB: 2 * gib, balloonsKiB: 12 * gib }

test.each<[string, number, string | null]>([
  ['a shrink', 2, null],
  ['what fits', 6, null],
  // What QEMU holds already is not taken again: 7 - 5 GiB.
  ['just what is free', 7, null],
  ['more than is free', 7.1, 'free'],
])('%s', (_name, targetGiB, kind) => {
  expect(roomWarning(targetGiB * gib, { stats, hostRoom })?.kind ?? null).toBe(kind)
})

test('balloons that come to more than the RAM are named', () => {
  const tight = { ...hostRoom, reachableKiB: 8 * gib, balloonsKiB: 15 * gib }
  expect(roomWarning(6 * gib, { stats, hostRoom: tight })).toEqual({
    kind: 'balloons',
    needKiB: 17 * gib,
    haveKiB: 16 * gib,
  })
})

test('of a host that did not say nothing is said', () => {
  expect(roomWarning(99 * gib, { stats, hostRoom: null })).toBeNull()
})

test('a memory device is made of whole blocks', () => {
  expect(dimmXml(100)).toContain(`<size unit='KiB'>${128 * 1024}</size>`)
  expect(dimmXml(129 * 1024)).toContain(`<size unit='KiB'>${256 * 1024}</size>`)
})
