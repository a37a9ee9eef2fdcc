import { expect, test } from 'vitest'

import { Series } from './series.ts'

test('a gap is null, never 0', () => {
  const series = new Series(['a', 'b'])
  series.append(1_000, { a: 0, b: null })
  series.append(2_000, { a: null, b: 5 })
  expect(series.read(0)).toEqual({ tMs: [1_000, 2_000], a: [0, null], b: [null, 5] })
})

test('the oldest fall out at the capacity, across growth and wrap', () => {
  const series = new Series(['a'], 200)
  for (let n = 1; n <= 1_000; n++) series.append(n * 1_000, { a: n })
  expect(series.length).toBe(200)
  const { tMs, a } = series.read(0)
  expect(tMs).toHaveLength(200)
  expect(a[0]).toBe(801)
  expect(a.at(-1)).toBe(1_000)
  expect(tMs.every((ms, row) => row === 0 || ms > tMs[row - 1]!)).toBe(true)
})

test('a window is after its begin and up to its end', () => {
  const series = new Series(['a'], 100)
  for (let n = 1; n <= 150; n++) series.append(n, { a: n })
  expect(series.read(140, 142).a).toEqual([141, 142])
  expect(series.read(1_000).a).toEqual([])
})

test.each([2 ** 40 + 1, 2 ** 32 - 1, 2 ** 32, 0.5, -3, 254, 255, 256])(
  '%d stays exact, and so do the gaps and figures before it',
  (figure) => {
    const series = new Series(['a'])
    const figures = [7, null, 254, figure, null, 2 ** 32 - 2, figure, null, 9]
    figures.forEach((a, at) => series.append(1_000 + at, { a }))
    expect(series.read(0).a).toEqual(figures)
  },
)

test('a quarter of an hour of whole numbers takes four bytes each, time included, of small ones one, of equal ones none', () => {
  const series = new Series(['a', 'b', 'c', 'd'])
  const beginMs = Date.UTC(2026, 0, 1)
  for (let n = 0; n < 2_000; n++)
    series.append(beginMs + n * 1_000, { a: n, b: null, c: n % 255, d: 2 ** 40 })
  expect(series.bytes).toBe((4 + 4 + 1) * 900)
  expect(series.readColumn('c', 0).values.slice(-2)).toEqual([1_998 % 255, 1_999 % 255])
  expect(series.lastMs).toBe(beginMs + 1_999_000)
})

test.each([5, 2 ** 20, 0.5, null])(
  'after many times %s another figure is kept beside it, and so is a gap',
  (same) => {
    for (const other of [7, 2 ** 21, 2 ** 40, null]) {
      const series = new Series(['a'], 100)
      for (let n = 1; n <= 150; n++) series.append(n, { a: same })
      expect(series.readColumn('a', 148).values).toEqual([same, same])
      series.append(151, { a: other })
      series.append(152, { a: same })
      expect(series.readColumn('a', 149).values).toEqual([same, other, same])
    }
  },
)

test('time goes on after more milliseconds than four bytes count', () => {
  const series = new Series(['a'], 100)
  const beginMs = Date.UTC(2026, 0, 1)
  const dayMs = 86_400_000
  for (let day = 0; day < 120; day++) series.append(beginMs + day * dayMs, { a: day })
  expect(series.read(beginMs + 117 * dayMs)).toEqual({
    tMs: [beginMs + 118 * dayMs, beginMs + 119 * dayMs],
    a: [118, 119],
  })
})

test('time only grows; a clock set far back begins anew', () => {
  const series = new Series(['a'])
  series.append(100_000, { a: 1 })
  series.append(100_000, { a: 2 })
  series.append(99_000, { a: 3 })
  expect(series.read(0).a).toEqual([1])
  series.append(10_000, { a: 4 })
  expect(series.read(0)).toEqual({ tMs: [10_000], a: [4] })
})

test('a ring that begins anew in its middle grows without a seam', () => {
  const series = new Series(['a'])
  for (let n = 0; n < 30; n++) series.append(1e9 + n, { a: n })
  for (let n = 1; n <= 200; n++) series.append(n, { a: n })
  const { tMs, a } = series.read(0)
  expect(tMs).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
  expect(a).toEqual(tMs)
})

test('one gap is enough, right behind what was there', () => {
  const series = new Series(['a'])
  series.gap()
  series.append(2_000, { a: 1 })
  series.gap()
  series.gap()
  series.append(3_000, { a: 2 })
  expect(series.read(0)).toEqual({ tMs: [2_000, 2_001, 3_000], a: [1, null, 2] })
})
