import { describe, expect, test } from 'vitest'

import type { DirtyRateMeasurement } from '../contract/dirty-rate.ts'
import { nextInRotation, nextWindow } from './schedule.ts'

function run(count: number): { windows: number[]; nowMs: number } {
  const measurements: DirtyRateMeasurement[] = []
  const windows: number[] = []
  let nowMs = 0
  for (let at = 0; at < count; at++) {
    const seconds = nextWindow(measurements, nowMs)
    nowMs += seconds * 1000 + 150
    windows.push(seconds)
    measurements.push({
      endedMs: nowMs,
      seconds,
      mode: 'page-sampling',
      rateMiBps: 1,
      pagesPerGiB: 512,
      vcpuMiBps: null,
    })
  }
  return { windows, nowMs }
}

test('mostly 1 s, and the whole curve within 70 s', () => {
  const { windows, nowMs } = run(28)
  expect(windows.slice(0, 7)).toEqual([1, 1, 1, 1, 1, 1, 2])
  expect(windows.filter((seconds) => seconds > 1)).toEqual([2, 5, 10, 20])
  expect(nowMs).toBeLessThan(70_000)
  // Then short ones alone, until the curve is old.
  expect(
    run(100)
      .windows.slice(28, 90)
      .every((seconds) => seconds === 1),
  ).toBe(true)
  expect(run(300).windows.filter((seconds) => seconds === 20).length).toBeGreaterThan(1)
})

const entry = (uuid: string, triedMs: number, more = {}) => ({
  uuid,
  running: true,
  watched: false,
  triedMs,
  failed: false,
  ...more,
})

describe('the rotation', () => {
  test('takes who waits longest, and nobody too soon', () => {
    expect(nextInRotation([], 0)).toBeNull()
    const entries = [entry('a', 100_000), entry('b', 90_000), entry('c', 159_000)]
    expect(nextInRotation(entries, 155_000)).toBe('b')
    expect(nextInRotation([entry('a', 100_000)], 159_999)).toBeNull()
    expect(nextInRotation([entry('a', -Infinity)], 0)).toBe('a')
  })

  test('leaves out who is off, watched, or failed lately', () => {
    const entries = [
      entry('off', 0, { running: false }),
      entry('watched', 0, { watched: true }),
      entry('failed', 100_000, { failed: true }),
    ]
    expect(nextInRotation(entries, 200_000)).toBeNull()
    expect(nextInRotation(entries, 230_000)).toBe('failed')
  })
})
