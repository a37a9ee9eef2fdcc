import { describe, expect, test } from 'vitest'

import { momentaryPressure, PressureGauge } from './pressure.ts'
import type { PressureFigures } from './pressure.ts'

/** db1 of the lab at rest, as virsh dommemstat had it. */
const calm: PressureFigures = {
  usableKiB: 144_840,
  totalKiB: 352_016,
  swapInKiBps: 0,
  swapOutKiBps: 0,
  majorFaultsPerS: 0,
  vcpuWaitPercent: 4,
}
const of = (figures: Partial<PressureFigures>) => momentaryPressure({ ...calm, ...figures })

describe('the score of one moment', () => {
  test.each<[string, Partial<PressureFigures>, number, number]>([
    ['a guest at rest', {}, 0, 0],
    // The safe floor leaves a tenth of the use: that must not look like a shortage.
    ['a guest at its safe floor', { usableKiB: 32_000 }, 20, 35],
    ['4 % left', { usableKiB: 14_080 }, 60, 60],
    ['nothing left', { usableKiB: 0 }, 100, 100],
    ['a large guest with 5 % left has 12 GiB', big(0.05), 0, 5],
    ['a large guest with 1 GiB left', big(1 / 256), 70, 80],
    ['swapping out cold pages', { swapOutKiBps: 256 }, 15, 15],
    ['swapping in', { swapInKiBps: 512 }, 60, 60],
    ['swapping both ways', { swapInKiBps: 512, swapOutKiBps: 2048 }, 80, 90],
    ['programs read from disk', { majorFaultsPerS: 500 }, 15, 20],
    ['faults and little left', { majorFaultsPerS: 500, usableKiB: 20_000 }, 75, 85],
    // A busy host is not mended by memory: never enough to stop a shrink.
    ['waiting for the host', { vcpuWaitPercent: 100 }, 40, 40],
    ['a silent guest', { ...nothing(), vcpuWaitPercent: null }, 0, 0],
  ])('%s', (_name, figures, from, to) => {
    expect(of(figures)).toBeGreaterThanOrEqual(from)
    expect(of(figures)).toBeLessThanOrEqual(to)
  })

  test('less that is usable is never less pressure', () => {
    const scores = Array.from({ length: 60 }, (_, step) => of({ usableKiB: step * 2_000 }))
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  })
})

function big(share: number): Partial<PressureFigures> {
  const totalKiB = 256 * 2 ** 20
  return { totalKiB, usableKiB: totalKiB * share }
}

function nothing(): PressureFigures {
  return {
    usableKiB: null,
    totalKiB: null,
    swapInKiBps: null,
    swapOutKiBps: null,
    majorFaultsPerS: null,
    vcpuWaitPercent: null,
  }
}

describe('the gauge', () => {
  /** Feeds the same figures every second and gives the pressure after each. */
  function feed(
    gauge: PressureGauge,
    figures: PressureFigures,
    fromS: number,
    times: number,
  ) {
    return Array.from({ length: times }, (_, second) => {
      gauge.add(figures, (fromS + second) * 1000)
      return gauge.pressure!
    })
  }

  test('says nothing before the guest did', () => {
    expect(new PressureGauge().pressure).toBeNull()
  })

  test('one second of swapping is not yet pressure, some are, with the reason', () => {
    const gauge = new PressureGauge()
    feed(gauge, calm, 0, 5)
    const swapping = { ...calm, swapInKiBps: 4096, usableKiB: 40_000 }
    const rising = feed(gauge, swapping, 5, 5)
    expect(rising[0]).toMatchObject({ level: 'tight' })
    expect(rising.at(-1)).toMatchObject({
      level: 'pressed',
      reasons: [{ signal: 'swap-in', value: 4096 }, { signal: 'usable' }],
    })
    expect(gauge.momentary).toBe(100)
  })

  test('falls slowly, and leaves a level lower than it entered it', () => {
    const gauge = new PressureGauge()
    feed(gauge, { ...calm, usableKiB: 0 }, 0, 2)
    const falling = feed(gauge, calm, 2, 40)
    const leaves = falling.findIndex(({ level }) => level !== 'pressed')
    expect(falling[leaves - 1]!.score).toBeLessThan(60)
    expect(falling[leaves]!.score).toBeLessThan(45)
    expect(leaves).toBeGreaterThan(5)
    expect(falling.at(-1)).toMatchObject({ level: 'calm', reasons: [] })
  })

  test('a score that hovers about the line changes the level once', () => {
    const gauge = new PressureGauge()
    const levels = new Set<string>()
    let changes = 0
    for (let second = 0; second < 120; second++) {
      const before = gauge.pressure?.level
      gauge.add({ ...calm, usableKiB: second % 2 ? 12_500 : 15_500 }, second * 1000)
      if (before && gauge.pressure!.level !== before) changes++
      levels.add(gauge.pressure!.level)
    }
    expect(changes).toBeLessThanOrEqual(1)
    expect([...levels]).toContain('pressed')
  })

  test('a new run begins anew', () => {
    const gauge = new PressureGauge()
    feed(gauge, { ...calm, usableKiB: 0 }, 0, 3)
    gauge.reset()
    expect(gauge.pressure).toBeNull()
    feed(gauge, calm, 9, 1)
    expect(gauge.pressure).toEqual({ score: 0, level: 'calm', reasons: [] })
  })
})
