import { describe, expect, it } from 'vitest'

import {
  axisDigits,
  axisUnit,
  binaryAxis,
  decimalAxis,
  percentAxis,
  roomyTicks,
  ticksNeedSeconds,
  timeTicks,
} from './ticks.ts'

const MiB = 1024
const GiB = 1024 * 1024

describe('binaryAxis', () => {
  it.each([
    [256 * MiB, [0, 64, 128, 192, 256].map((n) => n * MiB)],
    [300 * MiB, [0, 64, 128, 192, 256, 320].map((n) => n * MiB)],
    [1.5 * GiB, [0, 512, 1024, 1536].map((n) => n * MiB)],
    [3, [0, 1, 2, 3]],
  ])('%d KiB', (max, ticks) => {
    expect(binaryAxis(max)).toEqual({ ticks, bottom: 0, top: ticks.at(-1) })
  })

  it('has few, whole steps and room for the largest value, at every size', () => {
    for (let max = 1; max < 2 ** 42; max *= 1.37) {
      const { ticks, top } = binaryAxis(max)
      expect(top).toBeGreaterThanOrEqual(max - 1e-6)
      expect(ticks.length).toBeLessThanOrEqual(6)
      expect(ticks.length).toBeGreaterThanOrEqual(2)
    }
  })

  it.each([0, -1, Number.NaN])('survives %s', (max) => {
    expect(binaryAxis(max).ticks.length).toBeGreaterThan(1)
  })
})

it('decimalAxis takes 1, 2 and 5', () => {
  expect(decimalAxis(47).ticks).toEqual([0, 10, 20, 30, 40, 50])
  expect(decimalAxis(100).ticks).toEqual([0, 20, 40, 60, 80, 100])
  expect(decimalAxis(0).ticks.length).toBeGreaterThan(1)
})

it('percentAxis', () => {
  expect(percentAxis(60).ticks).toEqual([0, 25, 50, 75, 100])
  expect(percentAxis(30).top).toBe(50)
  expect(percentAxis(3).top).toBe(10)
  expect(percentAxis(130).top).toBe(150)
})

it('labels of an axis share a unit and have enough digits', () => {
  expect(axisUnit(320 * MiB)).toBe('MiB')
  expect(axisDigits(64 * MiB, 'MiB')).toBe(0)
  expect(axisDigits(512 * MiB, 'GiB')).toBe(1)
  expect(axisDigits(256 * MiB, 'GiB')).toBe(2)
})

describe('timeTicks', () => {
  const at = Date.UTC(2026, 0, 1, 12, 0, 7)
  it('are round and within', () => {
    const ticks = timeTicks(at - 60_000, at, 6)
    expect(ticks).toEqual(
      [17, 27, 37, 47, 57, 67].map((s) => at - 60_000 + (s - 14) * 1000),
    )
    for (const tick of ticks) expect(tick % 10_000).toBe(0)
  })

  it('do not move when the window does', () => {
    const before = timeTicks(at - 300_000, at)
    const after = timeTicks(at - 299_000, at + 1000)
    expect(after.filter((t) => before.includes(t)).length).toBeGreaterThanOrEqual(
      before.length - 1,
    )
  })

  it.each([1, 60, 300, 900, 86_400, 86_400 * 40])('are few for %d s', (seconds) => {
    const ticks = timeTicks(at - seconds * 1000, at, 6)
    expect(ticks.length).toBeLessThanOrEqual(7)
    expect(ticks.length).toBeGreaterThan(0)
  })

  it('are none for an empty window', () => {
    expect(timeTicks(at, at)).toEqual([])
    expect(timeTicks(at, at - 5)).toEqual([])
  })

  it('need seconds only below a minute', () => {
    expect(ticksNeedSeconds(timeTicks(at - 60_000, at))).toBe(true)
    expect(ticksNeedSeconds(timeTicks(at - 900_000, at))).toBe(false)
  })
})

describe('roomyTicks', () => {
  const windows = [0, 1, 2, 5, 10, 20]
  const seconds = (tick: number) => (tick === 0 ? '0' : `${tick} s`)
  const ideographs = (tick: number) => (tick === 0 ? '0' : `${tick} 秒`)
  it.each([
    [1000, seconds, windows],
    [200, seconds, [0, 2, 5, 10, 20]],
    [200, ideographs, [0, 5, 10, 20]],
    [80, seconds, [0, 5, 20]],
  ])('%d px have room for some of them', (px, label, kept) => {
    expect(roomyTicks(windows, (tick) => (tick / 20) * px, label)).toEqual(kept)
  })
})
