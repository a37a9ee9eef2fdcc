import { describe, expect, test } from 'vitest'

import { forecast, normalAutoConverge } from './forecast.ts'
import { remediesOf } from './remedies.ts'
import { factsWith, plain } from './testing/facts.ts'

describe('forecast', () => {
  test('an idle guest goes over in one pass: its memory by the speed', () => {
    const made = forecast(factsWith(0, 0), plain)
    expect(made.verdict).toBe('converges')
    // 512 MiB at 100 MiB/s, the overhead, and half a second for the pages of zeroes.
    expect(made.totalMs!.likely).toBeGreaterThan(5_100)
    expect(made.totalMs!.likely).toBeLessThan(5_900)
    expect(made.passes).toBe(1)
    expect(made.sentMiB!.likely).toBeCloseTo(513, 0)
  })

  test('a cap is what counts when it is below the link', () => {
    const made = forecast(factsWith(0, 0), { ...plain, bandwidthMiBps: 50 })
    expect(made.rates.sendMiBps).toBe(50)
    expect(made.totalMs!.likely).toBeGreaterThan(10_200)
  })

  test('half the speed dirtied: each pass takes half as long, so it takes about twice', () => {
    const idle = forecast(factsWith(0, 0), plain).totalMs!.likely
    const made = forecast(factsWith(50, 1000), plain)
    expect(made.verdict).toBe('converges')
    expect(made.totalMs!.likely / idle).toBeGreaterThan(1.5)
    expect(made.totalMs!.likely / idle).toBeLessThan(2.2)
    expect(made.pauseMs!.likely).toBeLessThanOrEqual(320)
  })

  test('more dirtied than sent never ends, and the rest stays at the working set', () => {
    const made = forecast(factsWith(150, 200), plain)
    expect(made.verdict).toBe('never')
    expect(made.totalMs).toBeNull()
    expect(made.stuckMiB).toBeGreaterThan(150)
    expect(made.stuckMiB).toBeLessThanOrEqual(200)
  })

  test('however fast: a working set that fits into the pause does not matter', () => {
    expect(forecast(factsWith(500, 25), plain).verdict).toBe('converges')
  })

  test('a longer pause lets it end, and the pause is what is left by the speed', () => {
    const made = forecast(factsWith(150, 200), { ...plain, downtimeMs: 2_500 })
    expect(made.verdict).toBe('converges')
    expect(made.pauseMs!.likely).toBeGreaterThan(500)
    expect(made.pauseMs!.likely).toBeLessThanOrEqual(2_520)
  })

  test('auto-converge brakes a busy guest until it ends', () => {
    const made = forecast(factsWith(150, 400), {
      ...plain,
      autoConverge: normalAutoConverge,
    })
    expect(made.verdict).toBe('converges')
    expect(made.throttlePercent).toBeGreaterThanOrEqual(30)
    expect(made.throttlePercent).toBeLessThanOrEqual(99)
  })

  test('it cannot brake one that mostly sleeps: what it loses is sleep', () => {
    const asleep = factsWith(150, 400, { cpuShare: 0.004 })
    const made = forecast(asleep, { ...plain, autoConverge: normalAutoConverge })
    expect(made.throttlePercent).toBe(99)
    expect(made.verdict).toBe('never')
  })

  test('post-copy always ends, with a short pause', () => {
    const made = forecast(factsWith(500, 900), { ...plain, postCopy: true })
    expect(made.verdict).toBe('converges')
    expect(made.pauseMs!.likely).toBe(20)
  })

  test('disks go first, at the same speed', () => {
    const withDisk = factsWith(0, 0, { diskBytes: 1_000 * 2 ** 20 })
    const without = forecast(withDisk, plain).totalMs!.likely
    const made = forecast(withDisk, { ...plain, copyDisks: true })
    expect(made.totalMs!.likely - without).toBeCloseTo(10_000, -2)
    expect(made.points[0]!.likelyMiB).toBeCloseTo(1_512, 0)
  })

  test('what is not certain becomes a band around it, and a verdict that says so', () => {
    const unsure = factsWith(90, 600)
    unsure.link = { ...unsure.link, lowMiBps: 60, highMiBps: 140 }
    const made = forecast(unsure, plain)
    expect(made.verdict).toBe('likely')
    expect(made.totalMs!.low).toBeLessThan(made.totalMs!.likely)
    for (const { lowMiB, likelyMiB, highMiB } of made.points) {
      if (likelyMiB === null || highMiB === null) continue
      expect(lowMiB).toBeLessThanOrEqual(likelyMiB + 1e-6)
      expect(highMiB).toBeGreaterThanOrEqual(likelyMiB - 1e-6)
    }
  })

  test('is quick enough for a slider, also for a guest of 256 GiB', () => {
    const large = factsWith(900, 200_000)
    large.memory = {
      ramKiB: 2 ** 28,
      balloonKiB: 2 ** 28,
      lowKiB: 2 ** 27,
      likelyKiB: 2 ** 27,
      highKiB: 2 ** 28,
      from: 'guest',
    }
    large.link = { ...large.link, mibps: 1_000, lowMiBps: 900, highMiBps: 1_100 }
    const startedMs = performance.now()
    const made = forecast(large, plain)
    remediesOf(large, plain)
    expect(made.points.length).toBeLessThan(400)
    expect(performance.now() - startedMs).toBeLessThan(1_000)
  })
})

describe('remedies', () => {
  const facts = factsWith(150, 200)

  test('each of them does let it end, and a little less does not', () => {
    const { bandwidth, downtime, throttle } = remediesOf(facts, plain)
    expect(bandwidth!.possible).toBe(false)
    const faster = (mibps: number) =>
      forecast(
        { ...facts, link: { ...facts.link, mibps, lowMiBps: mibps, highMiBps: mibps } },
        plain,
      ).likely.done
    expect(faster(bandwidth!.mibps)).toBe(true)
    expect(faster(bandwidth!.mibps * 0.9)).toBe(false)

    const longer = (downtimeMs: number) => forecast(facts, { ...plain, downtimeMs })
    expect(longer(downtime!.ms).likely.done).toBe(true)
    expect(longer(downtime!.ms * 0.7).likely.done).toBe(false)
    expect(longer(downtime!.ms).pauseMs!.likely).toBeCloseTo(downtime!.pauseMs, 0)

    expect(throttle!.percent).toBeGreaterThan(20)
    expect(throttle!.percent).toBeLessThan(60)
    expect(throttle!.totalMs).toBeGreaterThan(0)
  })

  test('a cap that is the reason is named: lifting it is possible', () => {
    const capped = { ...plain, bandwidthMiBps: 30 }
    const { bandwidth } = remediesOf(factsWith(60, 500), capped)
    expect(bandwidth!.possible).toBe(true)
    expect(bandwidth!.mibps).toBeGreaterThan(45)
  })
})
