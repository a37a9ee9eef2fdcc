import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { JobSummary } from '../contract/job.ts'
import { createFleet } from '../fleet/fleet.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { FakeHost, uuidOf } from '../fleet/testing/fake-host.ts'
import {
  MemoryHostStore,
  MemoryResizeStore,
  silentLogger,
} from '../fleet/testing/stores.ts'
import { SqliteHistory } from '../store/history/sqlite-history.ts'
import { History, niceStep } from './history.ts'
import { HistoryRecorder } from './recorder.ts'

let folder: string
let host: FakeHost
let fleet: Fleet
let store: SqliteHistory
let recorder: HistoryRecorder
let history: History

function begin(): void {
  store = new SqliteHistory({ file: join(folder, 'history.db') })
  recorder = new HistoryRecorder(store)
  fleet = createFleet({
    connect: host.connect,
    checkUri: () => undefined,
    hostKeys: { probe: async () => [], accept: async () => undefined },
    hostStore: new MemoryHostStore([
      { host: 'a', name: 'a', uri: 'fake', statsPeriodSeconds: 2, createdMs: 0 },
    ]),
    resizeStore: new MemoryResizeStore(),
    logger: silentLogger,
    sink: recorder,
    clock: { wallMs: () => Date.now(), monotonicMs: () => Date.now() },
  })
  history = new History(store, fleet)
  recorder.start()
  fleet.start()
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  folder = mkdtempSync(join(tmpdir(), 'ballast-history-'))
  host = new FakeHost()
  host.add(1)
  begin()
})
afterEach(async () => {
  await fleet.close()
  recorder.close()
  store.close()
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

/** Time passes, with a guest that reports. */
async function seconds(count: number, usableKiB?: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    const domain = host.domains.get(uuidOf(1))
    if (domain) {
      const last_update = Math.floor(Date.now() / 1000)
      const usable = usableKiB ?? domain.stats.usable
      domain.stats = { ...domain.stats, last_update, usable }
    }
    await vi.advanceTimersByTimeAsync(1000)
  }
}

const samples = (from: number, step?: number, more = {}) =>
  history.samples({
    host: 'a',
    domain: uuidOf(1),
    metrics: ['usedKiB', 'actualKiB'],
    from,
    to: Date.now(),
    step,
    ...more,
  })
const kinds = async () =>
  (await history.annotations({ host: 'a', from: 0, to: Date.now() + 1 })).map(
    ({ kind }) => kind,
  )

describe('samples', () => {
  test('a short span comes from the live series, second by second', async () => {
    await seconds(30)
    const read = await samples(Date.now() - 20_000, 1)
    expect(read.stepSeconds).toBe(1)
    expect(read.tMs.length).toBeGreaterThanOrEqual(19)
    expect(read.metrics.actualKiB!.avg.at(-1)).toBe(262_144)
  })

  test('outlive a killed server but for the last seconds, and the time between is a gap', async () => {
    const startMs = Date.now()
    await seconds(35)
    await seconds(1, 50_000)
    await seconds(30)
    // Nothing is closed: what is read now is what a kill -9 would have left.
    await fleet.close()
    await vi.advanceTimersByTimeAsync(40_000)
    begin()
    await seconds(15)
    const read = await samples(startMs, 10)
    expect(read.stepSeconds).toBe(10)
    const { min, avg, max } = read.metrics.usedKiB!
    expect(Math.max(...max.map(Number))).toBe(223_632 - 50_000)
    expect(Math.min(...min.filter((value) => value !== null))).toBe(23_632)
    expect(avg.some((value) => value === null)).toBe(true)
    expect(avg[2]).toBe(23_632)
  })

  test('pressure, CPU and dirty rate are kept with the rest, and end with what they are read from', async () => {
    await seconds(25, 1_000)
    const live = fleet.domainOf('a', uuidOf(1)).domain
    // Measured once; from then on libvirt refuses.
    host.dirtyRateErrors.push(...Array.from({ length: 60 }, () => new Error('refused')))
    await seconds(15, 1_000)
    const { summary } = live.dirtyRate
    const metrics = ['pressure', 'cpuPercent', 'dirtyRateKiBps', 'vcpuWaitPercent']
    const read = await samples(Date.now() - 40_000, 10, { metrics })
    const newest = (name: string) =>
      read.metrics[name]!.max.findLast((value) => value !== null)
    expect(newest('pressure')).toBe(fleet.getMemory('a', uuidOf(1)).pressure!.score)
    expect(newest('cpuPercent')).toBeCloseTo(live.cpuPercent!, 1)
    expect(newest('vcpuWaitPercent')).toBeCloseTo(live.vcpuWaitPercent!, 1)
    // What the live series has too comes from there, newest seconds and all.
    const now = await samples(Date.now() - 5_000, 1, { metrics: metrics.slice(0, 2) })
    expect(now.metrics.cpuPercent!.max.at(-1)).toBe(Math.round(live.cpuPercent!))
    expect(now.metrics.pressure!.max.at(-1)).toBe(newest('pressure'))
    expect(newest('dirtyRateKiBps')).toBe(summary!.rateMiBps * 1024)
    const measured = summary!.measuredMs
    // Nobody measures any more: the rate of then is not that of now.
    await seconds(120, 1_000)
    const later = await samples(measured + 100_000, 10, { metrics })
    expect(later.metrics.dirtyRateKiBps!.avg.every((value) => value === null)).toBe(true)
    expect(later.metrics.pressure!.avg.some((value) => value !== null)).toBe(true)
  })

  test('a removed domain is still there, one that never was is not', async () => {
    await seconds(25)
    host.domains.clear()
    await seconds(5)
    expect((await samples(Date.now() - 60_000, 10)).tMs.length).toBeGreaterThan(0)
    await expect(samples(0, 10, { domain: uuidOf(9) })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('of a host, with its CPU', async () => {
    await seconds(25)
    const read = await history.samples({
      host: 'a',
      metrics: ['totalKiB', 'cpuPercent'],
      from: Date.now() - 25_000,
      to: Date.now(),
      step: 10,
    })
    expect(read.metrics.totalKiB!.max).toContain(1e6)
  })

  test('a metric of the other kind, and a span that runs backwards, are refused', async () => {
    await expect(samples(0, 1, { metrics: ['totalKiB'] })).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(samples(Date.now() + 1)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('never more than 2,000 steps, whatever is asked for', async () => {
    await seconds(25)
    const read = await samples(Date.now() - 86_400_000, 1)
    expect(read.stepSeconds).toBeGreaterThanOrEqual(43)
  })

  test('steps are nice ones', () => {
    expect([0.1, 1, 7, 61, 3601, 1e6].map(niceStep)).toEqual([1, 1, 10, 120, 7200, 86_400])
  })
})

describe('annotations', () => {
  test('stop, start and a change from outside are noted, once each', async () => {
    await seconds(20)
    host.domains.get(uuidOf(1))!.balloonKiB = 131_072
    await seconds(20)
    host.domains.get(uuidOf(1))!.id = -1
    await seconds(5)
    host.domains.get(uuidOf(1))!.id = 7
    await seconds(5)
    expect(await kinds()).toEqual(['resize', 'stop', 'start'])
    const [resize] = await history.annotations({ host: 'a', from: 0, to: Date.now() })
    expect(resize).toMatchObject({
      name: 'vm1',
      fromKiB: 262_144,
      targetKiB: 131_072,
      by: 'outside',
    })
  })

  test('pressure of a moment is none', async () => {
    await seconds(10)
    await seconds(1, 1_000)
    await seconds(5, 200_000)
    expect(await kinds()).toEqual([])
  })

  test('pressure that lasts is one event', async () => {
    await seconds(10)
    await seconds(30, 1_000)
    expect(await kinds()).toEqual(['pressure'])
  })

  describe('a guest that moves neither starts nor stops', () => {
    const job: JobSummary = {
      id: '1',
      kind: 'migration',
      title: { domain: 'vm1', from: 'a', to: 'b' },
      owner: { type: 'user', name: 'otto' },
      hosts: ['a', 'b'],
      domains: [{ host: 'a', uuid: uuidOf(1), name: 'vm1' }],
      parent: null,
      children: { total: 0, active: 0, failed: 0 },
      state: 'running',
      step: null,
      progress: null,
      expectedEndMs: null,
      waitingFor: null,
      cancel: { effect: 'source', blocked: null },
      createdMs: 1_800_000_000_000,
      startedMs: 1_800_000_000_000,
      endedMs: null,
      problem: null,
      leftovers: [],
    }
    const leaves = async () => {
      host.domains.clear()
      await seconds(5)
      recorder.migrated({ ...job, state: 'done', endedMs: Date.now() })
      await seconds(1)
    }

    test('its job leaves the marks', async () => {
      await seconds(5)
      recorder.migrated(job)
      await leaves()
      expect(await kinds()).toEqual(['migration-begin', 'migration-end'])
    })

    test('also after a restart in between, which is no second beginning', async () => {
      await seconds(5)
      recorder.migrated(job, true)
      await leaves()
      expect(await kinds()).toEqual(['migration-end'])
    })
  })

  test('a start of the server is not a start of the domains', async () => {
    await seconds(5)
    expect(await kinds()).toEqual([])
  })
})

test('the sizing report names every domain with its use', async () => {
  await seconds(60)
  const { rows } = await history.sizing({ from: Date.now() - 60_000, to: Date.now() })
  expect(rows).toMatchObject([
    { host: 'a', name: 'vm1', sizeKiB: 262_144, maxKiB: 23_632, suggestedKiB: null },
  ])
})
