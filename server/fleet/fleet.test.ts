import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { FleetPage } from '../contract/domain.ts'
import { fleetPage } from '../contract/domain.ts'
import { hostDetail, hostSummary } from '../contract/host.ts'
import type { TopicDelta } from '../contract/live.ts'
import { topicDelta, topicFull } from '../contract/live.ts'
import { memoryDetail } from '../contract/memory.ts'
import type { MemorySeries } from '../contract/memory.ts'
import type { FleetApi } from '../runtime.ts'
import { createFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import type { FleetTopic } from './live-topics.ts'
import { FakeHost, libvirtError, uuidOf } from './testing/fake-host.ts'
import { MemoryHostStore, MemoryResizeStore, silentLogger } from './testing/stores.ts'

let hosts: Record<string, FakeHost>
let fleet: Fleet
let hostStore: MemoryHostStore
const accepted: string[] = []
const forgotten: string[] = []

const query = {
  search: '',
  hosts: [],
  states: [],
  sort: 'name' as const,
  descending: false,
}

function record(host: string) {
  return { host, name: host, uri: `test:///${host}`, statsPeriodSeconds: 2, createdMs: 0 }
}

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  // The phase of the samples and every pause: the middle.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  accepted.length = 0
  forgotten.length = 0
  hosts = { a: new FakeHost(), b: new FakeHost() }
  hosts.a!.add(1)
  hosts.a!.add(10)
  hosts.a!.add(2, { id: -1 })
  hosts.b!.add(3, { balloonKiB: 131_072 })
  hostStore = new MemoryHostStore([record('a'), record('b')])
  fleet = createFleet({
    connect: (uri, signal) => (hosts[uri.slice(8)] ?? new FakeHost()).connect(uri, signal),
    checkUri: (uri) => {
      if (!uri.startsWith('test:///')) throw new Error('no such scheme')
    },
    hostKeys: {
      probe: async () => [
        { type: 'ssh-ed25519', fingerprint: 'SHA256:right', line: 'h key' },
      ],
      accept: async (line) => void accepted.push(line),
    },
    hostStore,
    resizeStore: new MemoryResizeStore(),
    linkProbes: { removeHost: (host) => void forgotten.push(host) },
    logger: silentLogger,
  })
  // The shape that server/runtime.ts asks for, held against here as main.ts does.
  fleet satisfies FleetApi
  fleet.start()
  await vi.advanceTimersByTimeAsync(100)
})
afterEach(async () => {
  for (const host of Object.values(hosts)) host.resume()
  await fleet.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Writes of the guest go on, as a real one's do. */
async function seconds(count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    for (const host of Object.values(hosts)) {
      for (const domain of host.domains.values()) {
        if (domain.stats.last_update)
          domain.stats = { ...domain.stats, last_update: domain.stats.last_update + 1 }
      }
    }
    await vi.advanceTimersByTimeAsync(1_000)
  }
}

function open(topic: FleetTopic) {
  const deltas: TopicDelta[] = []
  const gone: string[] = []
  const handle = fleet.open(topic, {
    delta: (data) => void deltas.push(topicDelta[topic.name].parse(data) as TopicDelta),
    gone: (reason) => void gone.push(reason),
  })
  return {
    deltas,
    gone,
    close: () => handle.close(),
    full: () => topicFull[topic.name].parse(handle.full()),
  }
}

function names(over: object, offset = 0, limit = 50): string[] {
  return fleet
    .listDomains({ ...query, ...over }, offset, limit)
    .rows.map(({ name }) => name)
}

describe('the table', () => {
  test('orders names as people do, and any way round', () => {
    expect(names({})).toEqual(['vm1', 'vm2', 'vm3', 'vm10'])
    expect(names({ descending: true })).toEqual(['vm10', 'vm3', 'vm2', 'vm1'])
    expect(names({ sort: 'host', descending: true })[0]).toBe('vm3')
  })

  test('what is not known comes last, up and down', () => {
    expect(names({ sort: 'balloon' })).toEqual(['vm3', 'vm1', 'vm10', 'vm2'])
    expect(names({ sort: 'balloon', descending: true }).at(-1)).toBe('vm2')
  })

  test('filters, and counts before and after', () => {
    const page = fleet.listDomains({ ...query, states: ['running'], hosts: ['a'] }, 1, 1)
    expect(page).toMatchObject({ total: 4, matched: 2, offset: 1 })
    expect(page.rows.map(({ name }) => name)).toEqual(['vm10'])
    expect(names({ search: ' VM1 ' })).toEqual(['vm1', 'vm10'])
    expect(names({ search: 'no such' })).toEqual([])
  })

  test('is what the contract says', async () => {
    await seconds(3)
    expect(fleetPage.safeParse(fleet.listDomains(query, 0, 50)).error).toBeUndefined()
    for (const host of fleet.listHosts())
      expect(hostSummary.safeParse(host).error).toBeUndefined()
    expect(hostDetail.safeParse(fleet.getHost('a')).error).toBeUndefined()
    expect(memoryDetail.safeParse(fleet.getMemory('a', uuidOf(1))).error).toBeUndefined()
  })
})

describe('live', () => {
  test('the fleet as full and deltas is the fleet', async () => {
    const live = open({ name: 'fleet', query, offset: 0, limit: 3 })
    const page = live.full() as FleetPage
    let keys = page.rows.map(({ key }) => key)
    const rows = new Map(page.rows.map((row) => [row.key, row]))
    await seconds(2)
    hosts.a!.add(0)
    hosts.a!.emit({
      type: 'lifecycle',
      uuid: uuidOf(0),
      name: 'vm0',
      event: 'started',
      detail: 'booted',
    })
    await seconds(3)
    for (const delta of live.deltas) {
      if (!('matched' in delta && 'rows' in delta))
        throw new Error('not a delta of the fleet')
      keys = delta.keys ?? keys
      for (const row of delta.rows) rows.set(row.key, row)
      for (const change of delta.changes ?? [])
        rows.set(change.key, { ...rows.get(change.key)!, ...change })
    }
    const now = fleet.listDomains(query, 0, 3)
    expect(keys).toEqual(now.rows.map(({ key }) => key))
    expect(keys[0]).toBe(`a/${uuidOf(0)}`)
    expect(keys.map((key) => rows.get(key)!.name)).toEqual(['vm0', 'vm1', 'vm2'])
    expect(keys.map((key) => rows.get(key))).toEqual(now.rows)
  })

  test('a topic over all hosts gets at most two deltas a second', async () => {
    const live = open({ name: 'hosts' })
    await seconds(10)
    expect(live.deltas.length).toBeGreaterThanOrEqual(9)
    expect(live.deltas.length).toBeLessThanOrEqual(20)
  })

  test('a memory series as full and appended points has every point once', async () => {
    await seconds(5)
    const live = open({ name: 'memory', host: 'a', uuid: uuidOf(1), windowSeconds: 900 })
    await seconds(2)
    const full = live.full() as { series: MemorySeries }
    const before = live.deltas.length
    await seconds(4)
    const tMs = [
      ...full.series.tMs,
      ...live.deltas
        .slice(before)
        .flatMap((delta) => ('memory' in delta && delta.append?.tMs) || []),
    ]
    const all = fleet.seriesOf('a', uuidOf(1))!.read(0)
    expect(tMs).toEqual(all.tMs)
    expect(new Set(tMs).size).toBe(tMs.length)
  })

  test('a domain that goes ends its topics and no others', async () => {
    const mine = open({ name: 'domain', host: 'a', uuid: uuidOf(2) })
    const other = open({ name: 'domain', host: 'a', uuid: uuidOf(1) })
    hosts.a!.domains.delete(uuidOf(2))
    hosts.a!.emit({
      type: 'lifecycle',
      uuid: uuidOf(2),
      name: 'vm2',
      event: 'undefined',
      detail: 'removed',
    })
    await vi.advanceTimersByTimeAsync(100)
    expect(mine.gone).toHaveLength(1)
    expect(other.gone).toEqual([])
  })

  test('what does not exist cannot be opened', () => {
    const uuid = uuidOf(99)
    const code = 'not_found'
    expect(() => open({ name: 'domain', host: 'a', uuid })).toThrow(
      expect.objectContaining({ code }),
    )
    expect(() => open({ name: 'host', host: 'x', windowSeconds: 60 })).toThrow(
      expect.objectContaining({ code }),
    )
  })

  test('after closing nothing is told', async () => {
    const live = open({ name: 'hosts' })
    live.close()
    await seconds(3)
    expect(live.deltas).toEqual([])
  })
})

describe('memory target', () => {
  const request = {
    targetKiB: 131_072,
    affects: 'live',
    pace: 'at-once',
    force: true,
    by: 'ann',
  } as const

  test('is sent, followed, and undone', async () => {
    const { command, result } = await fleet.setMemoryTarget('a', uuidOf(1), request)
    expect(command).toBe('virsh -c test:///a setmem vm1 131072 --live')
    expect(result).toMatchObject({ fromKiB: 262_144, status: 'following', by: 'ann' })
    expect(hosts.a!.calls).toContain('setMemory 131072')
    hosts.a!.domains.get(uuidOf(1))!.balloonKiB = 131_072
    hosts.a!.emit({ type: 'balloon', uuid: uuidOf(1), actualKiB: 131_072 })
    expect(fleet.getMemory('a', uuidOf(1)).resize).toMatchObject({ status: 'reached' })
    const undone = await fleet.undoMemoryTarget('a', uuidOf(1), 'bob')
    expect(undone.result).toMatchObject({ targetKiB: 262_144, undoOf: result!.id })
  })

  test('libvirt’s refusal comes through unchanged, and nothing is left to undo', async () => {
    const refusal = libvirtError(55, 'Requested operation is not valid')
    vi.spyOn(hosts.a!.link, 'setMemory').mockRejectedValue(refusal)
    await expect(fleet.setMemoryTarget('a', uuidOf(1), request)).rejects.toMatchObject({
      code: 'libvirt',
      init: { libvirt: { code: 55, domain: 10, message: refusal.message }, host: 'a' },
    })
    expect(fleet.getMemory('a', uuidOf(1))).toMatchObject({
      resize: null,
      undoTargetKiB: null,
      configChange: null,
    })
    await expect(fleet.undoMemoryTarget('a', uuidOf(1), 'ann')).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('of a host that is not connected is refused at once', async () => {
    hosts.a!.refuseWith = new Error('away')
    hosts.a!.link.lose()
    await vi.advanceTimersByTimeAsync(1)
    await expect(fleet.setMemoryTarget('a', uuidOf(1), request)).rejects.toMatchObject({
      code: 'host_offline',
    })
    await expect(fleet.actOnDomain('a', uuidOf(2), 'start')).rejects.toMatchObject({
      code: 'host_offline',
    })
    expect(fleet.getMemory('a', uuidOf(1)).resizeBlocked).toBe('host-offline')
  })
})

describe('the list of hosts', () => {
  test('takes one more, keeps it, and lets it go', async () => {
    hosts.c = new FakeHost()
    const { result } = await fleet.addHost({ uri: 'test:///c', name: 'Rack C' })
    expect(result).toMatchObject({
      host: 'rack-c',
      state: 'connecting',
      statsPeriodSeconds: 2,
    })
    await vi.advanceTimersByTimeAsync(100)
    expect(fleet.getHost('rack-c').state).toBe('online')
    const live = open({ name: 'host', host: 'rack-c', windowSeconds: 60 })
    await fleet.removeHost('rack-c')
    expect(forgotten).toEqual(['rack-c'])
    expect(live.gone).toHaveLength(1)
    expect(hostStore.records.has('rack-c')).toBe(false)
  })

  test.each([
    [{ uri: 'nonsense' }, 'invalid'],
    [{ uri: 'test:///a' }, 'conflict'],
    [{ uri: 'test:///c', host: 'a' }, 'conflict'],
  ])('%j is refused as %s', async (request, code) => {
    await expect(fleet.addHost(request)).rejects.toMatchObject({ code })
    expect(hostStore.records.size).toBe(2)
  })

  test('another address means another connection, another name does not', async () => {
    const links = hosts.b!.links.length
    await fleet.updateHost('b', { name: 'Beta' })
    await vi.advanceTimersByTimeAsync(100)
    expect(hosts.b!.links).toHaveLength(links)
    expect(fleet.listDomains({ ...query, hosts: ['b'] }, 0, 1).rows[0]!.hostName).toBe(
      'Beta',
    )
    hosts.c = new FakeHost()
    await fleet.updateHost('b', { uri: 'test:///c' })
    await vi.advanceTimersByTimeAsync(100)
    expect(hosts.c.links).toHaveLength(1)
    expect(fleet.getHost('b')).toMatchObject({ state: 'online', domains: { total: 0 } })
  })

  test('a key is accepted only when it is the one that was seen', async () => {
    const uri = 'test:///a'
    await expect(
      fleet.acceptHostKey({ uri, fingerprint: 'SHA256:wrong' }),
    ).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(accepted).toEqual([])
    await fleet.acceptHostKey({ uri, fingerprint: 'SHA256:right' })
    expect(accepted).toEqual(['h key'])
  })
})

test('of twenty hosts ten hang; the other ten are sampled each second', async () => {
  const many = Array.from({ length: 20 }, (_, at) => `many-${at}`)
  for (const [at, name] of many.entries()) {
    hosts[name] = new FakeHost()
    hosts[name].add(100 + at)
    await fleet.addHost({ uri: `test:///${name}`, host: name })
  }
  await seconds(3)
  const [hanging, well] = [many.slice(0, 10), many.slice(10)]
  for (const name of hanging) hosts[name]!.hanging = true
  const before = well.map((name) => hosts[name]!.sweeps)
  await seconds(30)
  expect(well.map((name, at) => hosts[name]!.sweeps - before[at]!)).toEqual(
    well.map(() => 30),
  )
  expect(well.map((name) => fleet.getHost(name)?.state)).toEqual(well.map(() => 'online'))
  expect(hanging.map((name) => fleet.getHost(name)?.state)).toEqual(
    hanging.map(() => 'degraded'),
  )
  for (const name of hanging) hosts[name]!.resume()
  await seconds(2)
  expect(hanging.map((name) => fleet.getHost(name)?.state)).toEqual(
    hanging.map(() => 'online'),
  )
})
