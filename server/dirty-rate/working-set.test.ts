import { describe, expect, test } from 'vitest'

import type { DirtyRateMeasurement } from '../contract/dirty-rate.ts'
import { workingSetOf } from './working-set.ts'

const memoryKiB = 512 * 1024

/** What QEMU would say of a guest that writes `rate` MiB/s round and round in `size` MiB. */
function curve(rate: number, size: number, windows: number[]): DirtyRateMeasurement[] {
  return windows.map((seconds, at) => ({
    endedMs: 1_000_000 + at * 1_000,
    seconds,
    mode: 'page-sampling',
    rateMiBps: Math.floor(Math.min(size, rate * seconds) / seconds),
    pagesPerGiB: 4096,
    vcpuMiBps: null,
  }))
}

describe('the working-set curve', () => {
  test('nothing measured', () => {
    expect(workingSetOf([], memoryKiB)).toEqual({
      points: [],
      verdict: 'unknown',
      sizeMiB: null,
    })
  })

  test('ends flat at the working set, within what QEMU’s rounding leaves', () => {
    const { points, verdict, sizeMiB } = workingSetOf(
      curve(30, 60, [1, 2, 5, 10, 20]),
      memoryKiB,
    )
    expect(points.map(({ seconds }) => seconds)).toEqual([1, 2, 5, 10, 20])
    expect(verdict).toBe('flat')
    expect(sizeMiB).toBeGreaterThan(58)
    expect(sizeMiB).toBeLessThan(75)
    expect(points.map(({ saturated }) => saturated)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ])
    for (const { seconds, lowMiB, highMiB } of points) {
      const truth = Math.min(60, 30 * seconds)
      expect(lowMiB).toBeLessThanOrEqual(truth)
      expect(highMiB).toBeGreaterThanOrEqual(truth)
    }
  })

  test('still growing', () => {
    const { verdict, sizeMiB, points } = workingSetOf(
      curve(10, 400, [1, 2, 5, 10]),
      memoryKiB,
    )
    expect(verdict).toBe('growing')
    expect(sizeMiB).toBeGreaterThanOrEqual(90)
    expect(points.some(({ saturated }) => saturated)).toBe(false)
  })

  test('when windows contradict each other the curve does not fall, nor exceed the RAM', () => {
    const wild = curve(300, 500, [1, 2, 5, 10, 20]).map((one, at) => ({
      ...one,
      rateMiBps: [300, 120, 10, 60, 40][at]!,
    }))
    const { points } = workingSetOf(wild, memoryKiB)
    points.forEach((point, at) => {
      expect(point.lowMiB).toBeGreaterThanOrEqual(points[at - 1]?.lowMiB ?? 0)
      expect(point.highMiB).toBeGreaterThanOrEqual(point.lowMiB)
      expect(point.highMiB).toBeLessThanOrEqual(512)
    })
  })

  test('forgets what is old, and leaves a migration’s figures out', () => {
    const [old] = curve(50, 100, [20])
    const fresh = curve(10, 100, [1]).map((one) => ({ ...one, endedMs: 2_000_000 }))
    const job = { ...fresh[0]!, mode: 'migration' as const, rateMiBps: 999 }
    const { points } = workingSetOf([old!, ...fresh, job], memoryKiB)
    expect(points).toMatchObject([{ seconds: 1, lowMiB: 10, count: 1 }])
  })

  test('leaves out windows of a load that later ones contradict, whatever the rate then was', () => {
    const before = curve(40, 200, [2, 5, 20])
    const after = curve(30, 60, [1, 2, 5, 10]).map((one) => ({
      ...one,
      endedMs: one.endedMs + 60_000,
    }))
    const { points, verdict, sizeMiB } = workingSetOf([...before, ...after], memoryKiB)
    expect(points.map(({ seconds }) => seconds)).toEqual([1, 2, 5, 10])
    expect(points.at(2)).toMatchObject({ seconds: 5, count: 1 })
    expect(verdict).toBe('flat')
    expect(sizeMiB).toBeLessThan(75)
  })

  test('keeps what differs only as far as sampling scatters', () => {
    const scattered = [30, 44, 21, 36].map((rateMiBps, at) => ({
      ...curve(rateMiBps, 400, [1])[0]!,
      endedMs: 1_000_000 + at * 1_000,
      pagesPerGiB: 512,
    }))
    expect(workingSetOf(scattered, memoryKiB).points).toMatchObject([{ count: 4 }])
  })
})
