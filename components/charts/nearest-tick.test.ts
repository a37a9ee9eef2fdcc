import { expect, test } from 'vitest'

import { formatTick } from './format-tick.ts'
import { nearestTick } from './nearest-tick.ts'

test('the crosshair goes to the row nearest in time', () => {
  const ticks = [{ value: 10 }, { value: 20 }, { value: 40 }]
  expect(nearestTick(ticks, { activeLabel: 31 })).toBe(2)
  expect(nearestTick(ticks, { activeLabel: '12' })).toBe(0)
  expect(nearestTick([], { activeLabel: 1 })).toBe(-1)
})

const day = 86_400_000
const at = Date.UTC(2026, 2, 4, 5, 6, 7)
const tick = (stepMs: number, full = false) =>
  formatTick(at, 'en', { timeZone: 'UTC', ticks: [at, at + stepMs, at + 2 * stepMs], full })

test.each([
  ['seconds', 5_000, '05:06:07', '05:06:07'],
  ['hours', 3_600_000, '05:06:07', '05:06:07'],
  ['half days', day / 2, 'Mar 4 05:06:07', 'Mar 4, 2026 05:06'],
  ['days', day, 'Mar 4', 'Mar 4, 2026 05:06'],
])('a time on an axis of %s', (_name, stepMs, short, full) => {
  expect(tick(stepMs)).toBe(short)
  expect(tick(stepMs, true)).toBe(full)
})
