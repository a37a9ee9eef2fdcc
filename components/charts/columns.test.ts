import { describe, expect, it } from 'vitest'

import { chartRows, keepExtremes, largest, newest } from './columns.ts'

describe('keepExtremes', () => {
  it('keeps all when there is room', () => {
    expect(keepExtremes(4, [[1, 2, 3, 4]], 10)).toEqual([0, 1, 2, 3])
  })

  it('keeps a spike of one point, up and down, in every column', () => {
    const flat = Array.from({ length: 900 }, () => 100)
    const up = flat.with(437, 9000)
    const down = flat.with(611, 1)
    const kept = keepExtremes(900, [up, down], 60)
    expect(kept).toContain(437)
    expect(kept).toContain(611)
    expect(kept).toContain(0)
    expect(kept).toContain(899)
    expect(kept.length).toBeLessThan(900 / 2)
    expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
  })

  it('keeps gaps', () => {
    const column: (number | null)[] = Array.from({ length: 200 }, () => 5)
    column[101] = null
    expect(keepExtremes(200, [column], 10)).toContain(101)
  })

  it('survives columns that are too short or empty', () => {
    expect(keepExtremes(0, [[]], 10)).toEqual([])
    expect(keepExtremes(30, [[1, 2]], 10).length).toBeGreaterThan(0)
  })
})

describe('chartRows', () => {
  const options = { fromMs: 0, buckets: 1000, gapMs: 5000 }

  it('makes rows of columns; null stays null and nothing becomes 0', () => {
    expect(chartRows([1000, 2000], { a: [1, null], b: [3, 4] }, options)).toEqual([
      { t: 1000, a: 1, b: 3 },
      { t: 2000, a: null, b: 4 },
    ])
  })

  it('breaks the line where samples are missing', () => {
    expect(chartRows([1000, 2000, 60_000], { a: [1, 2, 3] }, options)).toEqual([
      { t: 1000, a: 1 },
      { t: 2000, a: 2 },
      { t: 2001, a: null },
      { t: 60_000, a: 3 },
    ])
  })

  it('does not take thinning for a hole', () => {
    const tMs = Array.from({ length: 900 }, (_point, index) => index * 1000)
    const rows = chartRows(tMs, { a: tMs.map(() => 1) }, { ...options, buckets: 20 })
    expect(rows.length).toBeLessThan(100)
    expect(rows.every((row) => row.a === 1)).toBe(true)
  })

  it('drops what lies before the window but for one point', () => {
    const rows = chartRows(
      [1000, 2000, 3000, 4000],
      { a: [1, 2, 3, 4] },
      {
        ...options,
        fromMs: 3000,
      },
    )
    expect(rows.map((row) => row.t)).toEqual([2000, 3000, 4000])
  })

  it('is empty for nothing', () => {
    expect(chartRows([], { a: [] }, options)).toEqual([])
  })
})

it('largest and newest', () => {
  expect(largest([[1, null, 7], [3]])).toBe(7)
  expect(largest([[null], []])).toBe(0)
  expect(newest([1, null])).toBeNull()
  expect(newest([])).toBeNull()
  expect(newest([1, 2])).toBe(2)
})
