import { describe, expect, it } from 'vitest'

import type { FleetRow } from '../../server/contract/domain.ts'
import type { HostSummary } from '../../server/contract/host.ts'
import { jobQuery, jobSummary } from '../../server/contract/job.ts'
import type { Topic } from '../../server/contract/live.ts'
import { appendColumns, applyDelta, readFull } from './live-reducers.ts'

const fleet: Topic = {
  name: 'fleet',
  query: { search: '', hosts: [], states: [], sort: 'name', descending: false },
  offset: 0,
  limit: 50,
}

function row(name: string, usedKiB = 1): FleetRow {
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
    cpuPercent: null,
    memory: {
      usedKiB,
      cacheKiB: null,
      balloonKiB: 10,
      maximumKiB: 20,
      rssKiB: null,
      statsAgeSeconds: null,
      health: 'ok',
      pressure: null,
    },
    dirtyRate: { rateMiBps: null, measuredMs: null, doubtful: false },
    spark: [1, null],
    pressureSpark: [],
  }
}

function host(name: string, domains = 1): HostSummary {
  return {
    host: name,
    name,
    uri: 'test:///default',
    state: 'online',
    sinceMs: 0,
    failure: null,
    nextTryMs: null,
    sampledMs: null,
    stale: false,
    tickMs: 1000,
    sweepMs: null,
    domains: { running: domains, total: domains },
    cpuPercent: null,
    memory: null,
    committed: { balloonKiB: 0, maximumKiB: 0, rssKiB: 0, usedKiB: 0 },
  }
}

describe('fleet', () => {
  const state = { total: 3, matched: 3, offset: 0, rows: [row('a'), row('b'), row('c')] }

  it('replaces rows that changed and keeps the others as they are', () => {
    const next = applyDelta(fleet, state, { total: 3, matched: 3, rows: [row('b', 9)] })
    expect(next).toMatchObject({ rows: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] })
    if (!next || !('rows' in next)) throw new Error('no rows')
    expect(next.rows[0]).toBe(state.rows[0])
    expect(next.rows[1]?.memory.usedKiB).toBe(9)
  })

  it('changes what is told of a row, and asks anew when it does not have the row', () => {
    const { memory } = row('b', 9)
    const delta = { total: 3, matched: 3, rows: [], changes: [{ key: 'alpha/b', memory }] }
    const next = applyDelta(fleet, state, delta)
    if (!next || !('rows' in next)) throw new Error('no rows')
    expect(next.rows).toEqual([state.rows[0], { ...state.rows[1], memory }, state.rows[2]])
    expect(next.rows[0]).toBe(state.rows[0])
    const unknown = { ...delta, changes: [{ key: 'alpha/x', memory }] }
    expect(applyDelta(fleet, state, unknown)).toBeNull()
  })

  it('takes a new order, with rows that came and went', () => {
    const keys = ['alpha/d', 'alpha/c', 'alpha/a']
    const next = applyDelta(fleet, state, { total: 4, matched: 4, keys, rows: [row('d')] })
    expect(next).toMatchObject({
      total: 4,
      rows: [{ name: 'd' }, { name: 'c' }, { name: 'a' }],
    })
  })

  it('asks again when a row of the order was never sent', () => {
    const keys = ['alpha/a', 'alpha/never']
    expect(applyDelta(fleet, state, { total: 2, matched: 2, keys, rows: [] })).toBeNull()
  })

  it('asks again when the increment is of another shape', () => {
    expect(applyDelta(fleet, state, { rows: 'all' })).toBeNull()
    expect(applyDelta(fleet, { hosts: [] }, { total: 0, matched: 0, rows: [] })).toBeNull()
    expect(readFull(fleet, { rows: [] })).toBeNull()
  })
})

describe('hosts', () => {
  it('come, change and go', () => {
    const state = { hosts: [host('alpha'), host('beta')] }
    const delta = { upsert: [host('beta', 5), host('gamma')], remove: ['alpha'] }
    const next = applyDelta({ name: 'hosts' }, state, delta)
    expect(next).toMatchObject({
      hosts: [{ host: 'beta', domains: { total: 5 } }, { host: 'gamma' }],
    })
  })
})

describe('appendColumns', () => {
  const series = { tMs: [1000, 2000, 3000], usedKiB: [1, null, 3] }

  it('appends and drops what is older than the window', () => {
    expect(appendColumns(series, { tMs: [4000], usedKiB: [4] }, 2000)).toEqual({
      tMs: [2000, 3000, 4000],
      usedKiB: [null, 3, 4],
    })
  })

  it('keeps the bound when the new points alone go beyond it', () => {
    const append = { tMs: [50_000, 60_000], usedKiB: [5, 6] }
    expect(appendColumns(series, append, 5000)).toEqual({ tMs: [60_000], usedKiB: [6] })
  })

  it('lets new points win where they overlap', () => {
    const append = { tMs: [3000, 4000], usedKiB: [33, 44] }
    expect(appendColumns(series, append, 60_000)).toEqual({
      tMs: [1000, 2000, 3000, 4000],
      usedKiB: [1, null, 33, 44],
    })
  })

  it('starts again when the clock was set back', () => {
    expect(appendColumns(series, { tMs: [500], usedKiB: [0] }, 60_000)).toEqual({
      tMs: [500],
      usedKiB: [0],
    })
  })

  it('leaves the columns as they are when nothing is new', () => {
    expect(appendColumns(series, { tMs: [], usedKiB: [] }, 60_000)).toBe(series)
  })
})

describe('jobs', () => {
  const summary = jobSummary.parse({
    id: '7',
    kind: 'create',
    title: { name: 'web1', host: 'alpha' },
    owner: { type: 'user', name: 'bob' },
    hosts: ['alpha'],
    domains: [],
    parent: null,
    children: { total: 0, active: 0, failed: 0 },
    state: 'running',
    step: null,
    progress: null,
    expectedEndMs: null,
    waitingFor: null,
    cancel: { effect: 'undo', blocked: null },
    createdMs: 1,
    startedMs: 1,
    endedMs: null,
    problem: null,
    leftovers: [],
  })
  const query = jobQuery.parse({})
  const list: Topic = { name: 'jobs', query, offset: 0, limit: 50 }
  const one: Topic = { name: 'job', id: '7' }
  const line = (seq: number) => ({ seq, atMs: seq, level: 'info', text: `${seq}` }) as const

  it('of the list: new rows come in, the order is the one given, the rest stays the same', () => {
    const state = { total: 1, matched: 1, offset: 0, jobs: [summary] }
    const newer = { ...summary, id: '8' }
    const delta = { total: 2, matched: 2, keys: ['8', '7'], jobs: [newer] }
    const next = applyDelta(list, state, delta)
    if (!next || !('jobs' in next)) throw new Error('not applied')
    expect(next.jobs.map(({ id }) => id)).toEqual(['8', '7'])
    expect(next.jobs[1]).toBe(summary)
    expect(applyDelta(list, state, { ...delta, keys: ['9'] })).toBeNull()
  })

  it('of one: the log and the points go on', () => {
    const job = { ...summary, steps: [], detail: null, result: null }
    const state = {
      job,
      log: [line(1)],
      series: { tMs: [1], columns: { a: [5] } },
    }
    const append = { tMs: [2], columns: { a: [null] } }
    expect(applyDelta(one, state, { job, log: [line(2)], append })).toEqual({
      job,
      log: [line(1), line(2)],
      series: { tMs: [1, 2], columns: { a: [5, null] } },
    })
  })
})
