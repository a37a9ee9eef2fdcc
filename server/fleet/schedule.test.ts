import { expect, test } from 'vitest'

import { backoffMs } from './backoff.ts'
import { cpuPercent, Rate } from './rates.ts'
import { TickSchedule } from './tick-schedule.ts'

test('ticks lie on whole seconds', () => {
  const schedule = new TickSchedule()
  expect(schedule.nextAfter(10_001)).toBe(11_000)
  expect(schedule.nextAfter(11_000)).toBe(12_000)
})

test('the tick stretches at once and shrinks only after some calm', () => {
  const schedule = new TickSchedule()
  schedule.sweepTook(700)
  expect(schedule.tickMs).toBe(1_000)
  schedule.sweepTook(2_000)
  expect(schedule.tickMs).toBe(3_000)
  expect(schedule.nextAfter(10_000)).toBe(12_000)
  for (let calm = 0; calm < 4; calm++) schedule.sweepTook(100)
  expect(schedule.tickMs).toBe(3_000)
  schedule.sweepTook(100)
  expect(schedule.tickMs).toBe(1_000)
  schedule.sweepTook(1e9)
  expect(schedule.tickMs).toBe(30_000)
})

test('the pause doubles up to 15 s and is spread', () => {
  expect([1, 2, 3, 6, 50].map((failures) => backoffMs(failures, 1))).toEqual([
    500, 1_000, 2_000, 15_000, 15_000,
  ])
  expect(backoffMs(1, 0)).toBe(250)
})

test('a rate needs two readings of the same boot', () => {
  const rate = new Rate()
  expect(rate.next(100, 0)).toBeNull()
  expect(rate.next(300, 2_000)).toBe(100)
  expect(rate.next(50, 3_000)).toBeNull()
  expect(rate.next(null, 4_000)).toBeNull()
  expect(rate.next(80, 5_000)).toBeNull()
})

test('CPU is a share of all vCPUs', () => {
  expect(cpuPercent(1e9, 2)).toBe(50)
  expect(cpuPercent(9e9, 2)).toBe(100)
  expect(cpuPercent(null, 2)).toBeNull()
  expect(cpuPercent(1e9, 0)).toBeNull()
})
