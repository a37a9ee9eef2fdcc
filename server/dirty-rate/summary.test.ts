import { describe, expect, test } from 'vitest'

import type { DirtyRateMeasurement } from '../contract/dirty-rate.ts'
import { isDoubtful, loadChangedMs, summarise, trapsOf } from './summary.ts'

const memoryKiB = 256 * 1024

/** One-second measurements that follow each other, MiB/s. */
function measured(...rates: number[]): DirtyRateMeasurement[] {
  return rates.map((rateMiBps, at) => one(rateMiBps, 1, 1_000_000 + at * 1_100))
}

function one(rateMiBps: number, seconds: number, endedMs: number): DirtyRateMeasurement {
  return {
    endedMs,
    seconds,
    mode: 'page-sampling',
    rateMiBps,
    pagesPerGiB: 512,
    vcpuMiBps: null,
  }
}

describe('the rate of now', () => {
  test('nothing measured is null, not 0', () => {
    expect(summarise([], memoryKiB)).toBeNull()
    expect(summarise([one(3, 20, 1)], memoryKiB)).toBeNull()
  })

  test('smooths what the lab saw at 20 MiB/s into the truth', () => {
    const summary = summarise(measured(22, 8, 12, 34, 18), memoryKiB)!
    expect(summary.rateMiBps).toBeCloseTo(19.3, 1)
    expect(summary.lowMiBps).toBeLessThan(20)
    expect(summary.highMiBps).toBeGreaterThan(20)
    expect(summary.scatterMiBps).toBeGreaterThan(5)
    expect(summary.count).toBe(5)
  })

  test('the range of a single one is that of the sampling, and narrows with more', () => {
    const [single] = [summarise(measured(20), memoryKiB)!]
    const many = summarise(measured(20, 20, 20, 20, 20, 20), memoryKiB)!
    const width = (summary: typeof many) => summary.highMiBps - summary.lowMiBps
    expect(width(single)).toBeGreaterThan(15)
    expect(width(many)).toBeLessThan(width(single) / 2)
  })

  test('0 has a range too', () => {
    const summary = summarise(measured(0, 0, 0), memoryKiB)!
    expect(summary).toMatchObject({ rateMiBps: 0, lowMiBps: 0 })
    expect(summary.highMiBps).toBeGreaterThanOrEqual(1)
  })

  test('a load that changed is seen at the second measurement, up and down', () => {
    const calm = [10, 12, 9, 11, 10, 10]
    expect(loadChangedMs(measured(...calm), memoryKiB)).toBeNull()
    expect(loadChangedMs(measured(...calm, 90), memoryKiB)).toBeNull()
    expect(loadChangedMs(measured(...calm, 90, 94), memoryKiB)).toBe(1_000_000 + 6 * 1_100)
    expect(loadChangedMs(measured(...calm, 90, 94, 92, 80), memoryKiB)).toBe(
      1_000_000 + 6 * 1_100,
    )
    const down = measured(62, 54, 34, 42, 46, 2, 2)
    expect(loadChangedMs(down, memoryKiB)).toBe(1_000_000 + 5 * 1_100)
  })

  test('scatter alone, as the lab saw it, is no change of the load', () => {
    expect(loadChangedMs(measured(22, 8, 12, 34, 18), memoryKiB)).toBeNull()
    expect(loadChangedMs(measured(62, 54, 34, 42, 46), memoryKiB)).toBeNull()
    expect(loadChangedMs(measured(100, 90, 92, 76, 68), memoryKiB)).toBeNull()
    expect(loadChangedMs(measured(0, 0, 0, 2, 0, 0), memoryKiB)).toBeNull()
  })

  test('rare ones reach back further, but not for ever', () => {
    const rare = [one(10, 1, 0), one(20, 1, 60_000), one(30, 1, 120_000)]
    expect(summarise(rare, memoryKiB)!.rateMiBps).toBeCloseTo(20.5, 1)
    expect(summarise([one(10, 1, 0), one(30, 1, 3_600_000)], memoryKiB)!.count).toBe(1)
  })

  test('modes are not mixed', () => {
    const exact = {
      ...one(50, 1, 1_100_000),
      mode: 'dirty-ring',
      pagesPerGiB: null,
    } as const
    expect(summarise([...measured(10, 10, 10), exact], memoryKiB)).toMatchObject({
      rateMiBps: 50,
      count: 1,
    })
  })
})

describe('traps', () => {
  const none = { summary: null, smallBlocks: false, saturated: false }

  test('0 of small blocks is no rate; anything else is', () => {
    expect(isDoubtful(measured(0, 0), true)).toBe(true)
    expect(isDoubtful(measured(0, 20), true)).toBe(false)
    expect(isDoubtful(measured(0, 0), false)).toBe(false)
    const zero = trapsOf({ ...none, smallBlocks: true, measurements: measured(0) })
    expect(zero).toEqual(['not-measurable'])
    const some = trapsOf({ ...none, smallBlocks: true, measurements: measured(0, 5) })
    expect(some).toEqual(['small-blocks'])
    expect(trapsOf({ ...none, smallBlocks: true, measurements: [] })).toEqual([])
  })

  test('scatter, rounding and saturation are said where they bite', () => {
    const rates = measured(22, 8, 12, 34, 18)
    const summary = summarise(rates, memoryKiB)
    expect(trapsOf({ ...none, measurements: rates, summary })).toEqual(['scatter'])
    const large = summarise(measured(1000, 1000, 1000), 64 * 1024 * 1024)
    expect(trapsOf({ ...none, measurements: measured(1000), summary: large })).toEqual([])
    const long = [one(3, 20, 1)]
    expect(trapsOf({ ...none, measurements: long, saturated: true })).toEqual([
      'rounded',
      'saturated',
    ])
  })
})
