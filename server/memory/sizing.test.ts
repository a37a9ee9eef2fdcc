import { describe, expect, test } from 'vitest'

import { percentile, suggestSize, useOver } from './sizing.ts'

const MiB = 1024
const options = { reserveKiB: 0, coveredSeconds: 3600 }

test('percentiles by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_none, index) => index + 1)
  expect([0, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([
    1, 50, 95, 100,
  ])
  expect(percentile([7], 0.95)).toBe(7)
})

test('use: the median of the means, 95th percentile and greatest of the peaks', () => {
  expect(useOver([3, 1, 2], [10, 30, 20])).toEqual({ p50KiB: 2, p95KiB: 30, maxKiB: 30 })
  expect(useOver([], [])).toBeNull()
})

describe('the suggestion', () => {
  const use = { p50KiB: 100 * MiB, p95KiB: 200 * MiB, maxKiB: 210 * MiB }

  test('is a quarter above the 95th percentile, in steps of 32 MiB', () => {
    expect(suggestSize(use, options)).toBe(256 * MiB)
  })
  test('leaves room above the peak', () => {
    expect(suggestSize({ ...use, maxKiB: 600 * MiB }, options)).toBe(640 * MiB)
  })
  test('adds what the kernel keeps', () => {
    expect(suggestSize(use, { ...options, reserveKiB: 30 * MiB })).toBe(288 * MiB)
  })
  test('is none for a use that is not known, or was seen too shortly', () => {
    expect(suggestSize(null, options)).toBeNull()
    expect(suggestSize(use, { ...options, coveredSeconds: 599 })).toBeNull()
  })
  test('is never absurdly small', () => {
    const idle = { p50KiB: 1, p95KiB: 1, maxKiB: 1 }
    expect(suggestSize(idle, options)).toBe(64 * MiB)
  })
})
