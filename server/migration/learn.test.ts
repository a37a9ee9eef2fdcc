import { describe, expect, test } from 'vitest'

import { factsOf } from './facts.ts'
import type { MovingDomain } from './facts.ts'
import { linkOf, modelError, overheadOf, pairsOf } from './learn.ts'
import { plain, runWith } from './testing/facts.ts'

const capped = { ...plain, bandwidthMiBps: 50 }

describe('what earlier moves teach', () => {
  test('the speed between the two hosts is that of moves without a cap', () => {
    const runs = [80, 100, 120].map((sendMiBps) => runWith({ sendMiBps }))
    const link = linkOf(
      [...runs, runWith({ sendMiBps: 49 }, { plan: capped })],
      'alpha',
      'beta',
    )
    expect(link).toMatchObject({ mibps: 100, from: 'earlier', runs: 3 })
    expect(link.lowMiBps).toBeLessThanOrEqual(80)
    expect(link.highMiBps).toBeGreaterThanOrEqual(120)
    expect(link.capYield).toBeCloseTo(0.98)
  })

  test('a move far below its cap was held up by the link', () => {
    const slow = runWith({ sendMiBps: 20 }, { plan: capped })
    expect(linkOf([slow], 'alpha', 'beta').mibps).toBe(20)
  })

  test('moves of one of the two hosts are better than none, and nothing is an assumption', () => {
    const other = runWith({ sendMiBps: 70 }, { target: 'gamma' })
    expect(linkOf([other], 'alpha', 'beta')).toMatchObject({ mibps: 70, from: 'hosts' })
    expect(linkOf([], 'alpha', 'beta')).toMatchObject({ from: 'assumed', runs: 0 })
  })

  test('a measured link counts before moves with others, and after moves between the two', () => {
    const probe = {
      source: 'alpha',
      target: 'beta',
      atMs: 1_000,
      mibps: 400,
      bytes: 1,
      seconds: 1,
    }
    const other = runWith({ sendMiBps: 70 }, { target: 'gamma' })
    const link = linkOf([other], 'alpha', 'beta', probe, 2_000)
    expect(link).toMatchObject({ from: 'probed', mibps: 400, probedMs: 1_000 })
    expect(link.lowMiBps).toBeLessThan(400)
    const own = runWith({ sendMiBps: 90 })
    expect(linkOf([own, other], 'alpha', 'beta', probe, 2_000)).toMatchObject({
      from: 'earlier',
      mibps: 90,
    })
    // Nothing of QEMU goes as fast as zeroes over a very wide link.
    const wide = { ...probe, mibps: 9_000 }
    expect(linkOf([], 'alpha', 'beta', wide, 2_000).mibps).toBe(1_200)
    // After a month it is another link.
    const later = 1_000 + 31 * 24 * 3_600_000
    expect(linkOf([], 'alpha', 'beta', probe, later).from).toBe('assumed')
  })

  test('each pair of hosts has its own error, and what the next forecast there counts on', () => {
    const told = (likely: number) => ({
      verdict: 'converges' as const,
      totalMs: { low: likely, likely, high: likely },
      pauseMs: null,
      sentMiB: null,
      passes: 1,
      restMiB: 0,
      throttlePercent: 0,
      stuckMiB: null,
      rates: { dirtyMiBps: null, sendMiBps: 100 },
    })
    const runs = [
      runWith({ totalMs: 5_000, sendMiBps: 80 }, { forecast: told(6_000) }),
      runWith({ totalMs: 5_000, sendMiBps: 80 }, { forecast: told(6_000) }),
      runWith({ totalMs: 5_000 }, { forecast: told(10_000), target: 'gamma' }),
    ]
    const pairs = pairsOf(runs.slice(0, 1), runs, () => null)
    expect(pairs).toHaveLength(1)
    expect(pairs[0]).toMatchObject({
      source: 'alpha',
      target: 'beta',
      moves: 2,
      link: { mibps: 80, from: 'earlier', runs: 2 },
    })
    expect(pairs[0]!.error).toMatchObject({ runs: 2, verdictsRight: 2 })
    expect(pairs[0]!.error.timePercent).toBeCloseTo(20)
  })

  test('the pause goes at the speed that earlier pauses had', () => {
    const forecast = {
      verdict: 'converges' as const,
      totalMs: { low: 1, likely: 1, high: 1 },
      pauseMs: { low: 1, likely: 1, high: 1 },
      sentMiB: { low: 1, likely: 1, high: 1 },
      passes: 1,
      restMiB: 30,
      throttlePercent: 0,
      stuckMiB: null,
      rates: { dirtyMiBps: null, sendMiBps: 100 },
    }
    const runs = [10, 108, 108].map((pauseMs) => runWith({ pauseMs }, { forecast }))
    // 8 ms are for nothing, 30 MiB for the other 100 ms.
    expect(overheadOf(runs).pauseFixedMs).toBe(8)
    expect(linkOf(runs, 'alpha', 'beta').pauseMiBps).toBeCloseTo(300)
  })

  test('a failed move teaches nothing', () => {
    const failed = runWith({ ended: 'failed', sendMiBps: 1 })
    expect(linkOf([failed], 'alpha', 'beta').from).toBe('assumed')
  })

  test('the overhead is what the sending does not explain', () => {
    // 480 MiB at 100 MiB/s and a pause of 50 ms leave 150 ms of 5 s.
    expect(overheadOf([runWith({})]).overheadMs).toBeCloseTo(150)
  })

  test('its own error is the median over moves that ended, its verdicts over all judged', () => {
    const told = (likely: number | null) => ({
      verdict: likely === null ? ('never' as const) : ('converges' as const),
      totalMs: likely === null ? null : { low: likely, likely, high: likely },
      pauseMs: null,
      sentMiB: null,
      passes: 1,
      restMiB: 20,
      throttlePercent: 0,
      stuckMiB: null,
      rates: { dirtyMiBps: null, sendMiBps: 100 },
    })
    const error = modelError([
      runWith({}, { forecast: told(5_500) }),
      runWith({}, { forecast: told(4_000) }),
      runWith({}, { forecast: told(5_050) }),
      runWith({ ended: 'aborted', converged: false }, { forecast: told(null) }),
      runWith({ ended: 'aborted', converged: null }, { forecast: told(null) }),
    ])
    expect(error.timePercent).toBeCloseTo(10)
    expect(error).toMatchObject({ runs: 4, verdictsRight: 4 })
  })
})

describe('memory to send', () => {
  const domain: MovingDomain = {
    uuid: '6f8a7c1e-0000-4000-8000-000000000001',
    source: 'alpha',
    ramKiB: 1_000,
    balloonKiB: 800,
    rssKiB: 600,
    stats: { available: 780, unused: 500 },
    workingSet: { points: [], verdict: 'unknown', sizeMiB: null },
    dirtyRate: null,
    cpuPercent: 10,
    vcpus: 1,
    emulated: false,
    diskBytes: 0,
  }

  test('is at least what is not free, at most what the host gave', () => {
    const { memory } = factsOf(domain, 'beta', [])
    expect(memory).toMatchObject({ lowKiB: 300, highKiB: 600, from: 'guest' })
    expect(memory.likelyKiB).toBeGreaterThan(300)
    expect(memory.likelyKiB).toBeLessThan(600)
  })

  test('without statistics it is all that the host gave', () => {
    const silent = { ...domain, stats: { available: null, unused: null } }
    expect(factsOf(silent, 'beta', []).memory).toMatchObject({
      likelyKiB: 600,
      from: 'whole',
    })
  })

  test('what the last move found is better than a guess', () => {
    const moved = runWith({ firstPassMiB: 450 / 1024 })
    expect(factsOf(domain, 'beta', [moved]).memory).toMatchObject({
      likelyKiB: 450,
      from: 'earlier',
    })
  })
})
