import { expect, test } from 'vitest'

import { timeTicks } from './time-ticks.ts'

test.each([80, 950, 5_500, 61_000, 3_000_000, 1e9])('of %i ms are few and within', (ms) => {
  const ticks = timeTicks(ms)
  expect(ticks[0]).toBe(0)
  expect(ticks.length).toBeLessThanOrEqual(8)
  expect(Math.max(...ticks)).toBeLessThanOrEqual(ms)
})
