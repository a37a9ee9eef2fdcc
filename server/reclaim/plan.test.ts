import { describe, expect, test } from 'vitest'

import { distribute } from './distribute.ts'
import { leastGainKiB, planReclaim } from './plan.ts'
import type { ReclaimFacts } from './plan.ts'

const mib = 1024
const gib = 1024 * mib

const guest = (name: string, part: Partial<ReclaimFacts> = {}): ReclaimFacts => ({
  host: 'alpha',
  uuid: `6f8a7c1e-0000-4000-8000-${name.padStart(12, '0').slice(-12)}`,
  name,
  state: 'running',
  health: 'ok',
  blocked: null,
  nowKiB: 8 * gib,
  usedKiB: 2 * gib,
  rssKiB: 8 * gib,
  floorKiB: 3 * gib,
  pressure: 0,
  pressed: false,
  minimumKiB: null,
  shares: 1000,
  ...part,
})
const plan = (wantedKiB: number, domains: ReclaimFacts[]) =>
  planReclaim(wantedKiB, domains, [], 1)
const gives = (wantedKiB: number, domains: ReclaimFacts[]) =>
  Object.fromEntries(plan(wantedKiB, domains).domains.map((d) => [d.name, d.givesKiB]))

describe('what each gives', () => {
  test('by what it has to spare, to the KiB of what is wanted', () => {
    const domains = [guest('a'), guest('b', { floorKiB: 7 * gib })]
    expect(gives(3 * gib, domains)).toEqual({ a: 2.5 * gib, b: 0.5 * gib })
    expect(plan(3 * gib, domains)).toMatchObject({ givesKiB: 3 * gib, shortKiB: 0 })
  })

  test('half as much for twice the shares, and what a full one cannot give the others do', () => {
    expect(gives(3 * gib, [guest('a'), guest('b', { shares: 2000 })])).toEqual({
      a: 2 * gib,
      b: 1 * gib,
    })
    expect(gives(9 * gib, [guest('a'), guest('b', { shares: 2000 })])).toEqual({
      a: 5 * gib,
      b: 4 * gib,
    })
  })

  test('nothing below the floor or the least that was set', () => {
    const { domains } = plan(99 * gib, [
      guest('floor'),
      guest('least', { minimumKiB: 6 * gib }),
      guest('lower', { minimumKiB: 1 * gib }),
    ])
    expect(domains.map(({ name, afterKiB, why }) => [name, afterKiB, why])).toEqual([
      ['floor', 3 * gib, 'at-floor'],
      ['lower', 3 * gib, 'at-floor'],
      ['least', 6 * gib, 'at-minimum'],
    ])
  })

  test('no guest is troubled for a few MiB as long as others can give them', () => {
    const crumbs = Array.from({ length: 40 }, (_, at) =>
      guest(`g${at}`, { nowKiB: 300 * mib, floorKiB: 280 * mib }),
    )
    const result = plan(100 * mib, [guest('big'), ...crumbs])
    expect(result.domains[0]).toMatchObject({ name: 'big', givesKiB: 100 * mib })
    expect(result.domains.filter(({ givesKiB }) => givesKiB > 0)).toHaveLength(1)
    // Nobody else can: then all of them do.
    expect(plan(100 * mib, crumbs)).toMatchObject({ givesKiB: 100 * mib, shortKiB: 0 })
    for (const { givesKiB } of plan(100 * mib, crumbs).domains) {
      expect(givesKiB === 0 || givesKiB >= leastGainKiB).toBe(true)
    }
  })

  test('in the same way, in whatever order they come', () => {
    const domains = Array.from({ length: 60 }, (_, at) =>
      guest(`g${at}`, {
        nowKiB: (1 + (at % 7)) * gib,
        floorKiB: 0.7 * gib,
        shares: 500 * at,
      }),
    )
    const shuffled = domains.toSorted((a, b) =>
      a.uuid.slice(-3) < b.uuid.slice(-3) ? 1 : -1,
    )
    expect(plan(31 * gib, shuffled)).toEqual(plan(31 * gib, domains))
  })

  test('what the host surely gets back is what the guest had touched', () => {
    const { domains, freesKiB } = plan(10 * gib, [
      guest('touched', { rssKiB: 9 * gib }),
      guest('fresh', { rssKiB: 1 * gib }),
    ])
    expect(domains.find(({ name }) => name === 'touched')?.freesKiB).toBe(5 * gib)
    expect(domains.find(({ name }) => name === 'fresh')?.freesKiB).toBe(0)
    expect(freesKiB).toBe(5 * gib)
  })
})

describe('the order', () => {
  test('the calm ones first, then who gives most; a few of each host at a time', () => {
    const domains = [
      guest('tense', { pressure: 30, nowKiB: 30 * gib }),
      ...['a', 'b', 'c', 'd'].map((name) => guest(name)),
      guest('most', { nowKiB: 20 * gib }),
      guest('elsewhere', { host: 'beta' }),
    ]
    const order = plan(60 * gib, domains).domains.map(({ name, stage }) => [name, stage])
    expect(order).toEqual([
      ['most', 1],
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 2],
      ['elsewhere', 1],
      ['tense', 2],
    ])
  })
})

describe('why not', () => {
  test.each([
    ['host-offline', { blocked: 'host-offline' }],
    ['not-running', { state: 'shut-off', health: 'not-running', nowKiB: null }],
    ['not-running', { state: 'crashed', health: 'not-running' }],
    ['paused', { state: 'paused' }],
    ['no-device', { health: 'no-device', floorKiB: null }],
    ['no-driver', { health: 'no-driver', floorKiB: null }],
    ['stats-off', { health: 'stats-off' }],
    ['stale', { health: 'stale' }],
    ['unknown', { health: 'unknown' }],
    ['unknown', { floorKiB: null }],
    ['unknown', { nowKiB: null }],
    ['exempt', { shares: 0 }],
    ['busy', { blocked: 'busy' }],
    ['resizing', { blocked: 'resizing' }],
    ['pressure', { pressed: true, pressure: 80 }],
    ['at-floor', { floorKiB: 8 * gib }],
    ['at-floor', { floorKiB: 8 * gib - leastGainKiB + 1 }],
    ['at-floor', { floorKiB: 9 * gib }],
    ['at-minimum', { minimumKiB: 8 * gib }],
  ] as const)('%s', (why, part) => {
    const result = plan(gib, [guest('a', part)])
    expect(result.domains[0]).toMatchObject({ givesKiB: 0, why, stage: null })
    expect(result.shortKiB).toBe(gib)
  })

  test('what remains short is named with who holds it, the largest first', () => {
    const result = plan(12 * gib, [
      guest('a'),
      guest('b', { health: 'no-driver', floorKiB: null, nowKiB: 16 * gib }),
      guest('c', { health: 'no-driver', floorKiB: null, nowKiB: 4 * gib }),
      guest('d', { pressed: true }),
      guest('off', { state: 'shut-off', health: 'not-running', nowKiB: null }),
    ])
    expect(result).toMatchObject({ givesKiB: 5 * gib, shortKiB: 7 * gib })
    expect(result.shortBecause).toEqual([
      { why: 'no-driver', domains: 2, heldKiB: 20 * gib },
      { why: 'pressure', domains: 1, heldKiB: 8 * gib },
      { why: 'at-floor', domains: 1, heldKiB: 3 * gib },
    ])
  })

  test('who is not needed says so, and nothing is short', () => {
    const result = plan(20 * mib, [guest('a'), guest('b', { nowKiB: 7 * gib })])
    expect(result.domains.map(({ name, why }) => [name, why])).toEqual([
      ['a', null],
      ['b', 'not-needed'],
    ])
    expect(result.shortBecause).toEqual([])
  })
})

describe('numbers that no host should tell', () => {
  test.each([Number.NaN, Infinity, -1, 1e308, 2 ** 64, -(2 ** 63)])('%s', (value) => {
    for (const field of [
      'nowKiB',
      'floorKiB',
      'rssKiB',
      'usedKiB',
      'minimumKiB',
    ] as const) {
      const { domains, givesKiB } = plan(gib, [guest('a', { [field]: value }), guest('b')])
      for (const domain of domains) {
        expect(Number.isSafeInteger(domain.givesKiB)).toBe(true)
        expect(domain.givesKiB).toBeGreaterThanOrEqual(0)
        if (domain.afterKiB !== null) {
          expect(domain.afterKiB).toBeGreaterThanOrEqual(domain.floorKiB ?? 0)
        }
      }
      expect(givesKiB).toBe(gib)
    }
    expect(plan(gib, [guest('a', { shares: value })]).givesKiB).toBeGreaterThanOrEqual(0)
  })

  test('a host of nothing, and nobody at all', () => {
    expect(
      planReclaim(
        gib,
        [],
        [{ host: 'a', name: 'A', totalKiB: null, availableKiB: null }],
        1,
      ),
    ).toMatchObject({ givesKiB: 0, shortKiB: gib, shortBecause: [], domains: [] })
  })

  test('tiny guests give what they have above their floor', () => {
    const tiny = guest('t', { nowKiB: 128 * mib, usedKiB: 40 * mib, floorKiB: 96 * mib })
    expect(gives(gib, [tiny])).toEqual({ t: 32 * mib })
  })
})

test('a share-out meets its goal to the unit for any weights', () => {
  let seed = 7
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
  for (let round = 0; round < 300; round++) {
    const givers = Array.from({ length: 1 + Math.floor(random() * 30) }, (_, at) => ({
      key: `k${at}`,
      cap: Math.floor(random() * 5000),
      weight: random() ** 6 * 1e6 + 1e-9,
    }))
    const total = givers.reduce((sum, { cap }) => sum + cap, 0)
    const wanted = Math.floor(random() * total * 1.3)
    const parts = distribute(wanted, givers, 16)
    const given = [...parts.values()].reduce((sum, part) => sum + part, 0)
    expect(given).toBe(Math.min(wanted, total))
    for (const { key, cap } of givers) expect(parts.get(key) ?? 0).toBeLessThanOrEqual(cap)
  }
})

test('ten thousand domains are planned in one go', () => {
  const domains = Array.from({ length: 10_000 }, (_, at) =>
    guest(String(at), { nowKiB: (1 + (at % 16)) * gib, floorKiB: gib / 2 }),
  )
  const result = plan(4000 * gib, domains)
  expect(result.givesKiB).toBe(4000 * gib)
})
