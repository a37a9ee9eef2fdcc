import { expect, test } from 'vitest'

import { backoffMs } from './backoff.ts'
import { cpuPercent, Rate } from './rates.ts'
import { TickSchedule } from './tick-schedule.ts'

test('ticks are drawn on whole seconds and due at the phase of the host', () => {
  const schedule = new TickSchedule(0.3)
  expect(schedule.nextAfter(10_001)).toEqual({ tickMs: 10_000, dueMs: 10_300 })
  expect(schedule.nextAfter(10_300)).toEqual({ tickMs: 11_000, dueMs: 11_300 })
  expect(schedule.at(10_299)).toEqual({ tickMs: 9_000, dueMs: 9_300 })
  expect(schedule.at(10_300)).toEqual({ tickMs: 10_000, dueMs: 10_300 })
})

test('a timer that fires a little early does its tick once', () => {
  const schedule = new TickSchedule(0.3)
  const tick = schedule.nextAfter(10_000)
  expect(schedule.isDue(tick, 10_290)).toBe(false)
  expect(schedule.isDue(tick, 10_297)).toBe(true)
  expect(schedule.nextAfter(10_297).tickMs).toBe(11_000)
})

test('phases differ from host to host, within the second', () => {
  const phases = Array.from({ length: 50 }, () => new TickSchedule().at(1e9).dueMs % 1_000)
  expect(new Set(phases).size).toBeGreaterThan(20)
  expect(new TickSchedule(1).at(1_999)).toEqual({ tickMs: 1_000, dueMs: 1_999 })
})

test('the tick stretches at once and shrinks only after some calm', () => {
  const schedule = new TickSchedule(0)
  schedule.sweepTook(700)
  expect(schedule.tickMs).toBe(1_000)
  schedule.sweepTook(2_000)
  expect(schedule.tickMs).toBe(3_000)
  expect(schedule.nextAfter(10_000).dueMs).toBe(12_000)
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
