import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { dirtyRateDetail, dirtyRateSeries } from '../contract/dirty-rate.ts'
import type { DirtyRateMode } from '../contract/dirty-rate.ts'
import type { LiveHandle, TopicDelta } from '../contract/live.ts'
import { topicDelta, topicFull } from '../contract/live.ts'
import { createFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { FakeHost, libvirtError, uuidOf } from './testing/fake-host.ts'
import { MemoryHostStore, MemoryResizeStore, silentLogger } from './testing/stores.ts'

let host: FakeHost
let fleet: Fleet
const deltas: TopicDelta[] = []

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  deltas.length = 0
  host = new FakeHost()
  for (const number of [1, 2, 3]) host.add(number)
  host.add(4, { id: -1 })
})
afterEach(async () => {
  host.resume()
  await fleet.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

async function start(): Promise<void> {
  fleet = createFleet({
    connect: host.connect,
    checkUri: () => undefined,
    hostKeys: { probe: async () => [], accept: async () => undefined },
    hostStore: new MemoryHostStore([
      { host: 'a', name: 'a', uri: 'test:///a', statsPeriodSeconds: 2, createdMs: 0 },
    ]),
    resizeStore: new MemoryResizeStore(),
    logger: silentLogger,
  })
  fleet.start()
  await seconds(0.2)
}

function seconds(count: number) {
  return vi.advanceTimersByTimeAsync(count * 1000)
}

function watch(number: number, continuous = true): LiveHandle {
  return fleet.open(
    {
      name: 'dirty-rate',
      host: 'a',
      uuid: uuidOf(number),
      windowSeconds: 300,
      continuous,
    },
    { delta: (delta) => void deltas.push(delta), gone: () => undefined },
  )
}

const detail = (number: number) => fleet.getDirtyRate('a', uuidOf(number))
const asksOf = (number: number) =>
  host.dirtyRateAsks.filter(({ uuid }) => uuid === uuidOf(number))
const measure = (number: number, mode: DirtyRateMode, ...windows: number[]) =>
  fleet.measureDirtyRate('a', uuidOf(number), { mode, seconds: windows })

describe('the rotation', () => {
  test('measures each running domain once a minute, one at a time', async () => {
    await start()
    await seconds(2)
    expect(host.dirtyRateAsks.length).toBeLessThanOrEqual(2)
    await seconds(10)
    expect([1, 2, 3, 4].map((number) => asksOf(number).length)).toEqual([1, 1, 1, 0])
    await seconds(45)
    expect(host.dirtyRateAsks).toHaveLength(3)
    await seconds(20)
    expect(host.dirtyRateAsks).toHaveLength(6)
    expect(host.dirtyRateAsks.every(({ seconds: window }) => window === 1)).toBe(true)
    const { rows } = fleet.listDomains(
      { search: '', hosts: [], states: [], sort: 'dirty', descending: true },
      0,
      10,
    )
    expect(rows.map(({ dirtyRate }) => dirtyRate.rateMiBps)).toEqual([
      10.5,
      10.5,
      10.5,
      null,
    ])
  })

  test('a job keeps it away from the domain', async () => {
    host.job = { active: true, dirtyMiBps: null }
    await start()
    await seconds(90)
    expect(host.dirtyRateAsks).toEqual([])
    expect(detail(1)).toMatchObject({ blocked: 'job', summary: null })
  })
})

describe('a domain that is watched', () => {
  test('is measured without a pause, as full and deltas that fit the contract', async () => {
    await start()
    const handle = watch(1)
    const full = topicFull['dirty-rate'].parse(handle.full())
    expect(full.dirtyRate.continuous).toBe(true)
    await seconds(9)
    expect(asksOf(1).length).toBeGreaterThanOrEqual(6)
    const read = deltas.map((delta) => topicDelta['dirty-rate'].parse(delta))
    expect(read.flatMap(({ append }) => append?.tMs ?? []).length).toBeGreaterThanOrEqual(6)
    expect(read.at(-1)!.dirtyRate.summary?.rateMiBps).toBeCloseTo(10.5)
    const times = read.flatMap(({ append }) => append?.tMs ?? [])
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
    handle.close()
    await seconds(3)
    const before = asksOf(1).length
    await seconds(20)
    expect(asksOf(1).length).toBe(before)
    expect(detail(1).continuous).toBe(false)
  })

  test('two who watch are one flight, and one who leaves does not end it', async () => {
    await start()
    const [first, second] = [watch(1), watch(1)]
    await seconds(5)
    expect(asksOf(1).length).toBeLessThanOrEqual(5)
    first.close()
    first.close()
    await seconds(5)
    expect(detail(1).continuous).toBe(true)
    second.close()
    expect(detail(1).continuous).toBe(false)
  })

  test('not when it is only looked at', async () => {
    await start()
    await seconds(10)
    const before = asksOf(1).length
    watch(1, false)
    await seconds(20)
    expect(asksOf(1).length).toBe(before)
  })

  test('asks libvirt once whether it can dirty-ring, and keeps its words', async () => {
    await start()
    watch(1)
    host.dirtyRateErrors.push(undefined, undefined, undefined)
    await vi.waitFor(async () => {
      await seconds(0.5)
      if (asksOf(1).length < 3) throw new Error('not yet')
    })
    host.dirtyRateErrors.length = 0
    // The rotation asks the others meanwhile; their turns must not take the refusal.
    await vi.waitFor(async () => {
      const ring = asksOf(1).some(({ ask }) => ask.mode === 'dirty-ring')
      if (!ring) {
        await seconds(0.5)
        throw new Error('not yet')
      }
    })
    await seconds(30)
    expect(asksOf(1).filter(({ ask }) => ask.mode === 'dirty-ring')).toHaveLength(1)
    expect(detail(1).modes.find(({ mode }) => mode === 'dirty-ring')).toMatchObject({
      possible: true,
      reason: null,
    })
  })

  test('a failure is told and tried again later', async () => {
    await start()
    await seconds(10)
    host.dirtyRateErrors.push(libvirtError(38, 'monitor is gone'))
    const before = asksOf(1).length
    watch(1)
    await seconds(1)
    expect(detail(1).failure).toContain('monitor is gone')
    expect(asksOf(1).length).toBe(before + 1)
    await seconds(8)
    expect(detail(1).failure).toBeNull()
    expect(asksOf(1).length).toBeGreaterThan(before + 1)
  })

  test('shows what a migration counts, and begins nothing beside it', async () => {
    await start()
    await seconds(10)
    host.job = { active: true, dirtyMiBps: 77 }
    const before = asksOf(1).length
    watch(1)
    await seconds(5)
    expect(asksOf(1).length).toBe(before)
    expect(detail(1)).toMatchObject({
      blocked: 'job',
      newest: { mode: 'migration', rateMiBps: 77 },
    })
    host.job = { active: false, dirtyMiBps: null }
    await seconds(4)
    expect(asksOf(1).length).toBeGreaterThan(before)
    expect(detail(1).blocked).toBeNull()
  })

  test('goes on after the host was lost', async () => {
    await start()
    watch(1)
    await seconds(5)
    host.link.lose()
    await seconds(0.001)
    expect(detail(1).running).toBeNull()
    const before = asksOf(1).length
    await seconds(15)
    expect(asksOf(1).length).toBeGreaterThan(before)
  })

  test('a new run of the domain begins with nothing', async () => {
    await start()
    watch(1)
    await seconds(6)
    fleet.setDirtyRateSampling('a', uuidOf(1), true)
    host.domains.get(uuidOf(1))!.id = -1
    host.emit({
      type: 'lifecycle',
      uuid: uuidOf(1),
      name: 'vm1',
      event: 'stopped',
      detail: 'destroyed',
    })
    await seconds(0.1)
    expect(detail(1)).toMatchObject({ summary: null, fine: false, blocked: 'not-running' })
    const before = asksOf(1).length
    await seconds(10)
    expect(asksOf(1).length).toBe(before)
  })
})

describe('windows that are asked for', () => {
  test('come one after the other, before everything else', async () => {
    await start()
    await seconds(10)
    const before = asksOf(1).length
    const change = await measure(1, 'page-sampling', 1, 2, 5)
    expect(change.command).toContain(
      'domdirtyrate-calc vm1 --seconds 1 --mode=page-sampling',
    )
    expect(detail(1).running).toMatchObject({ seconds: 1 })
    expect(detail(1).queuedSeconds).toEqual([2, 5])
    await seconds(10)
    expect(
      asksOf(1)
        .slice(before)
        .map((ask) => ask.seconds),
    ).toEqual([1, 2, 5])
    const handle = watch(1, false)
    const { dirtyRate, measured } = topicFull['dirty-rate'].parse(handle.full())
    expect(dirtyRate.workingSet.points.map((point) => point.seconds)).toEqual([1, 2, 5])
    dirtyRateSeries.parse(measured)
    dirtyRateDetail.parse(dirtyRate)
  })

  test('finely by QMP, when somebody said so', async () => {
    await start()
    await seconds(10)
    const change = fleet.setDirtyRateSampling('a', uuidOf(1), true)
    expect(change.command).toContain('qemu-monitor-command vm1')
    await measure(1, 'page-sampling', 1)
    expect(asksOf(1).at(-1)!.ask).toEqual({ mode: 'page-sampling', pagesPerGiB: 4096 })
    await seconds(3)
    expect(detail(1).newest!.pagesPerGiB).toBe(4096)
    expect(fleet.setDirtyRateSampling('a', uuidOf(1), false).command).toBeNull()
  })

  test('dirty-bitmap never reaches an emulated domain', async () => {
    await start()
    await expect(measure(1, 'dirty-bitmap', 1)).rejects.toMatchObject({ code: 'invalid' })
    await seconds(30)
    expect(host.dirtyRateAsks.some(({ ask }) => ask.mode === 'dirty-bitmap')).toBe(false)
  })

  test('nor one that became emulated since its XML was read', async () => {
    host.virtType = 'kvm'
    await start()
    await seconds(10)
    host.virtType = 'qemu'
    await expect(measure(1, 'dirty-bitmap', 1)).rejects.toMatchObject({ code: 'invalid' })
    expect(host.dirtyRateAsks.some(({ ask }) => ask.mode === 'dirty-bitmap')).toBe(false)
    host.virtType = 'kvm'
    await measure(1, 'dirty-bitmap', 1)
    expect(asksOf(1).at(-1)!.ask).toEqual({ mode: 'dirty-bitmap', virtType: 'kvm' })
    await seconds(3)
  })

  test('by vCPU in dirty-ring mode; refused in libvirt’s words', async () => {
    await start()
    await seconds(10)
    host.dirtyRateErrors.push(libvirtError(84, 'requires dirty-ring feature'))
    await expect(measure(1, 'dirty-ring', 1, 2)).rejects.toMatchObject({
      code: 'libvirt',
      init: { libvirt: { message: 'requires dirty-ring feature' } },
    })
    expect(detail(1).queuedSeconds).toEqual([])
    expect(detail(1).modes[2]).toMatchObject({ words: 'requires dirty-ring feature' })
    await measure(1, 'dirty-ring', 1)
    await seconds(3)
    expect(detail(1).newest).toMatchObject({ mode: 'dirty-ring', vcpuMiBps: [10] })
  })

  test('not of a domain that is off, nor during a job, nor without end', async () => {
    await start()
    await seconds(10)
    await expect(measure(4, 'page-sampling', 1)).rejects.toMatchObject({
      code: 'not_running',
    })
    host.job = { active: true, dirtyMiBps: null }
    await expect(measure(1, 'page-sampling', 1)).rejects.toMatchObject({ code: 'conflict' })
    host.job = { active: false, dirtyMiBps: null }
    const many = [1, 2, 3].map(() => measure(2, 'page-sampling', 20, 20, 20, 20, 20))
    const ends = await Promise.race([Promise.allSettled([many[2]]), seconds(1)])
    expect(JSON.stringify(ends)).toContain('rejected')
    for (const one of many) one.catch(() => undefined)
  })

  test('small RAM: a 0 is doubtful until there was more', async () => {
    host.add(5, { maximumKiB: 96 * 1024, balloonKiB: 96 * 1024 })
    host.dirtyMiBps = 0
    await start()
    await measure(5, 'page-sampling', 1)
    await seconds(2)
    expect(detail(5).traps).toEqual(['not-measurable'])
    expect(rowOf('vm5')).toEqual(
      expect.objectContaining({ rateMiBps: null, doubtful: true }),
    )
    host.dirtyMiBps = 20
    await measure(5, 'page-sampling', 1)
    await seconds(2)
    expect(detail(5).traps).toContain('small-blocks')
    expect(rowOf('vm5')!.rateMiBps).toBeGreaterThan(0)
  })
})

function rowOf(name: string) {
  const query = {
    search: name,
    hosts: [],
    states: [],
    sort: 'name',
    descending: false,
  } as const
  return fleet.listDomains({ ...query, hosts: [], states: [] }, 0, 5).rows[0]?.dirtyRate
}
