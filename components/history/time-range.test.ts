import { describe, expect, test } from 'vitest'

import { panned, scaled, timeRange } from './time-range.ts'

const nowMs = 1_800_000_003_000
const hour = 3_600_000

describe('the range of the address', () => {
  test('up to a quarter of an hour is live', () => {
    expect(timeRange('300', null, null, nowMs)).toMatchObject({
      windowSeconds: 300,
      span: null,
    })
  })
  test('above it ends now, and stays the same until a new step comes', () => {
    const { span } = timeRange('3600', null, null, nowMs)
    expect(span).toEqual({ fromMs: 1_800_000_010_000 - hour, toMs: 1_800_000_010_000 })
    expect(timeRange('3600', null, null, nowMs + 5_000).span).toEqual(span)
  })
  test('a zoom comes before the window', () => {
    expect(timeRange('60', 5_000, 95_000, nowMs)).toMatchObject({
      zoomed: true,
      span: { fromMs: 5_000, toMs: 95_000 },
    })
  })
  test.each([
    [9, 3],
    [-5, 10],
    [0, 400 * 24 * hour],
    [5, null],
  ])('from %d to %d is no zoom', (from, to) => {
    expect(timeRange('60', from, to, nowMs).zoomed).toBe(false)
  })
})

test('panning stops at now', () => {
  const span = { fromMs: nowMs - 2 * hour, toMs: nowMs - hour / 10 }
  expect(panned(span, 0.5, nowMs).toMs).toBe(nowMs)
  expect(panned(span, -0.5, nowMs).toMs).toBe(span.toMs - (span.toMs - span.fromMs) / 2)
})

test('zooming out does not look into the future, zooming in keeps the middle', () => {
  const span = { fromMs: nowMs - hour, toMs: nowMs }
  expect(scaled(span, 2, nowMs)).toEqual({ fromMs: nowMs - 2 * hour, toMs: nowMs })
  expect(scaled(span, 0.5, nowMs)).toEqual({
    fromMs: nowMs - (3 * hour) / 4,
    toMs: nowMs - hour / 4,
  })
})
