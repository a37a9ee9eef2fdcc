import { expect, test } from 'vitest'

import type { FleetPage, FleetRow } from '../contract/domain.ts'
import { pageDelta } from './page-delta.ts'

function row(name: string, more: Partial<FleetRow> = {}): FleetRow {
  return {
    key: `alpha/${name}`,
    host: 'alpha',
    hostName: 'alpha',
    uuid: '7d2f7a0e-4c33-4d53-9c8e-6c8f1f1a0001',
    name,
    title: null,
    state: 'running',
    stale: false,
    vcpus: 1,
    cpuPercent: 5,
    memory: {
      usedKiB: 100,
      cacheKiB: null,
      balloonKiB: 1_000,
      maximumKiB: 2_000,
      rssKiB: null,
      statsAgeSeconds: 0.5,
      health: 'ok',
      pressure: null,
    },
    dirtyRate: { rateMiBps: null, measuredMs: null, doubtful: false },
    spark: [1, 2],
    pressureSpark: [],
    ...more,
  }
}

const page = (...rows: FleetRow[]): FleetPage => ({
  total: 10,
  matched: 5,
  offset: 0,
  rows,
})
const [a, b] = [row('a'), row('b')]

test('nothing new is no delta, also where rows were made anew', () => {
  expect(pageDelta(page(a, b), page(a, b))).toBeNull()
  expect(pageDelta(page(a, b), page(row('a'), row('b')))).toBeNull()
})

test('of a row that was there goes what changed', () => {
  const memory = { ...a.memory, usedKiB: 101 }
  const next = row('a', { memory, cpuPercent: null, title: 'A' })
  expect(pageDelta(page(a, b), page(next, b))).toEqual({
    total: 10,
    matched: 5,
    rows: [],
    changes: [{ key: 'alpha/a', memory, cpuPercent: null, title: 'A' }],
  })
})

test('a row that is new, or has lost something, goes whole', () => {
  const [c, moving] = [row('c'), row('a', { move: moveOf('a') })]
  expect(pageDelta(page(a), page(a, c))).toMatchObject({
    keys: ['alpha/a', 'alpha/c'],
    rows: [c],
  })
  expect(pageDelta(page(a), page(moving))?.changes).toEqual([
    { key: 'alpha/a', move: moving.move },
  ])
  const still = row('a', { move: undefined })
  expect(pageDelta(page(moving), page(still))).toMatchObject({ rows: [still] })
})

test('rows that went and another order are told by the keys, other counts by themselves', () => {
  expect(pageDelta(page(a, b), page(b))).toMatchObject({ keys: ['alpha/b'], rows: [] })
  expect(pageDelta(page(a, b), page(b, a))?.keys).toEqual(['alpha/b', 'alpha/a'])
  expect(pageDelta(page(a), { ...page(a), matched: 4 })).toEqual({
    total: 10,
    matched: 4,
    rows: [],
  })
})

function moveOf(name: string): NonNullable<FleetRow['move']> {
  return {
    job: name,
    source: 'alpha',
    target: 'beta',
    phase: 'perform',
    progressPercent: 1,
  }
}
