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

test('large figures stay exact', () => {
  const series = new Series(['a'])
  series.append(1, { a: 2 ** 40 + 1 })
  expect(series.read(0).a).toEqual([2 ** 40 + 1])
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

test('one gap is enough, right behind what was there', () => {
  const series = new Series(['a'])
  series.gap()
  series.append(2_000, { a: 1 })
  series.gap()
  series.gap()
  series.append(3_000, { a: 2 })
  expect(series.read(0)).toEqual({ tMs: [2_000, 2_001, 3_000], a: [1, null, 2] })
})
