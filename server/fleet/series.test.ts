import { expect, test } from 'vitest'

import { Series } from './series.ts'

test('a gap is null, never 0', () => {
  const series = new Series(['a', 'b'])
  series.append(1_000, { a: 0, b: null })
  series.append(2_000, { a: null, b: 5 })
  expect(series.read(0)).toEqual({ tMs: [1_000, 2_000], a: [0, null], b: [null, 5] })
})

test('the oldest fall out at the capacity, across growth and wrap', () => {
  const series = new Series(['a'], { capacity: 200 })
  for (let n = 1; n <= 1_000; n++) series.append(n * 1_000, { a: n })
  expect(series.length).toBe(200)
  const { tMs, a } = series.read(0)
  expect(tMs).toHaveLength(200)
  expect(a[0]).toBe(801)
  expect(a.at(-1)).toBe(1_000)
  expect(tMs.every((ms, row) => row === 0 || ms > tMs[row - 1]!)).toBe(true)
})

test('a window is after its begin and up to its end', () => {
  const series = new Series(['a'], { capacity: 100 })
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

test('whole numbers take as much as they are apart: a quarter of an hour in one, two or four bytes, equal ones none', () => {
  const columns = ['near', 'far', 'farther', 'percent', 'none', 'equal'] as const
  const series = new Series(columns, { hundredths: ['percent'] })
  const beginMs = Date.UTC(2026, 0, 1)
  for (let n = 0; n < 2_000; n++) {
    series.append(beginMs + n * 1_000, {
      near: 5e6 + (n % 100),
      far: 5e6 + n,
      farther: n * 1_000,
      percent: (n % 1_000) / 10 + 0.001,
      none: null,
      equal: 2 ** 40,
    })
  }
  expect(series.bytes).toBe((4 + 1 + 2 + 4 + 2) * 900)
  const { tMs, near, far, farther, percent, none, equal } = series.read(beginMs + 1_997_500)
  expect(tMs).toEqual([beginMs + 1_998_000, beginMs + 1_999_000])
  expect({ near, far, farther, percent, none, equal }).toEqual({
    near: [5_000_098, 5_000_099],
    far: [5_001_998, 5_001_999],
    farther: [1_998_000, 1_999_000],
    percent: [99.8, 99.9],
    none: [null, null],
    equal: [2 ** 40, 2 ** 40],
  })
})

test('hundredths are rounded, and read as the nearest number there is', () => {
  const series = new Series(['a'], { hundredths: ['a'] })
  const figures = [0.57, 1.005, 33.333, null, 1e-4, 100, 12_345.678, 2 ** 40]
  figures.forEach((a, at) => series.append(1_000 + at, { a }))
  expect(series.read(0).a).toEqual([0.57, 1, 33.33, null, 0, 100, 12_345.68, 2 ** 40])
})

test('a figure that wanders is always what was given', () => {
  const series = new Series(['a'], { capacity: 100 })
  const given: (number | null)[] = []
  let [a, seed] = [2 ** 20, 1]
  for (let n = 1; n <= 5_000; n++) {
    seed = (seed * 48_271) % (2 ** 31 - 1)
    // Now and then far away, and back.
    a += (seed % 201) - 100 + (n % 997 === 0 ? 2 ** 18 : n % 997 === 1 ? -(2 ** 18) : 0)
    given.push(seed % 17 === 0 ? null : a)
    series.append(n, { a: given.at(-1)! })
    if (n % 50 === 0) expect(series.read(0).a).toEqual(given.slice(-100))
  }
})

test.each([5, 2 ** 20, 0.5, null])(
  'after many times %s another figure is kept beside it, and so is a gap',
  (same) => {
    for (const other of [7, 2 ** 21, 2 ** 40, null]) {
      const series = new Series(['a'], { capacity: 100 })
      for (let n = 1; n <= 150; n++) series.append(n, { a: same })
      expect(series.readColumn('a', 148).values).toEqual([same, same])
      series.append(151, { a: other })
      series.append(152, { a: same })
      expect(series.readColumn('a', 149).values).toEqual([same, other, same])
    }
  },
)

test('time goes on after more milliseconds than four bytes count', () => {
  const series = new Series(['a'], { capacity: 100 })
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
