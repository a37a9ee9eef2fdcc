import { expect, test } from 'vitest'

import { marginKiB, PeakWindow, safeFloorOf, targetPresets } from './safe-floor.ts'

const mib = 1024

test('a peak leaves the window after its time', () => {
  const window = new PeakWindow(60_000)
  window.add(100, 0)
  window.add(50, 10_000)
  window.add(70, 20_000)
  expect(window.max(60_000)).toBe(100)
  expect(window.max(60_001)).toBe(70)
  expect(window.max(80_001)).toBeNull()
})

test('the margin is a tenth, between 32 MiB and 4 GiB', () => {
  expect(marginKiB(100 * mib)).toBe(32 * mib)
  expect(marginKiB(1_000 * mib)).toBe(100 * mib)
  expect(marginKiB(100_000 * mib)).toBe(4_096 * mib)
})

test('the floor is use plus reserve plus margin in whole MiB, and the parts add up', () => {
  const floor = safeFloorOf(100 * mib + 1, 38 * mib, 1_000 * mib, null)!
  expect(floor.floorKiB).toBe(171 * mib)
  expect(floor.usedKiB + floor.marginKiB).toBe(floor.floorKiB)
})

test('the floor rises at once and falls only by steps', () => {
  const first = safeFloorOf(100 * mib, 0, 1_000 * mib, null)!
  const lower = safeFloorOf(95 * mib, 0, 1_000 * mib, first)!
  expect(lower).toBe(first)
  expect(safeFloorOf(92 * mib, 0, 1_000 * mib, first)!.floorKiB).toBe(124 * mib)
  expect(safeFloorOf(101 * mib, 0, 1_000 * mib, first)!.floorKiB).toBe(133 * mib)
})

test('the floor is never above the maximum, also when that fell', () => {
  const first = safeFloorOf(250 * mib, 38 * mib, 256 * mib, null)!
  expect(first.floorKiB).toBe(256 * mib)
  expect(safeFloorOf(250 * mib, 38 * mib, 200 * mib, first)!.floorKiB).toBe(200 * mib)
})

test('no use, no floor', () => {
  expect(safeFloorOf(null, 0, 256 * mib, null)).toBeNull()
})

test('presets are whole MiB between floor and maximum', () => {
  const floor = { floorKiB: 120 * mib, usedKiB: 80 * mib, marginKiB: 40 * mib }
  expect(targetPresets(200 * mib + 100, 240 * mib, floor)).toEqual([
    { name: 'fit', targetKiB: 120 * mib },
    { name: 'minus25', targetKiB: 150 * mib },
    { name: 'plus25', targetKiB: 240 * mib },
    { name: 'maximum', targetKiB: 240 * mib },
  ])
  expect(targetPresets(140 * mib, 240 * mib, floor)[1]!.targetKiB).toBe(120 * mib)
})

test('without a known use there is no fit', () => {
  expect(targetPresets(128 * mib, 256 * mib, null).map(({ name }) => name)).toEqual([
    'minus25',
    'plus25',
    'maximum',
  ])
})
