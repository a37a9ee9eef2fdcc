import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { applyDelta, readFull } from '../../components/data/live-reducers.ts'
import type { TopicDelta, TopicFull } from '../contract/live.ts'
import { createFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import type { VcpuReading } from './host-link.ts'
import type { NodeTopic } from './node-views.ts'
import { FakeHost, uuidOf } from './testing/fake-host.ts'
import { MemoryHostStore, MemoryResizeStore, silentLogger } from './testing/stores.ts'
import { twoCells, twoCellsFree, twoCellsMemory } from './testing/two-cells.ts'

let host: FakeHost
let fleet: Fleet

const memory = { name: 'host-memory', host: 'alpha', order: 'rss' } as const
const numa = { name: 'host-numa', host: 'alpha' } as const
const at = (cpu: number): VcpuReading => ({
  number: 0,
  state: 'running',
  cpu,
  allowedCpus: [0, 1],
})

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  host = new FakeHost()
  host.memory = twoCellsMemory
  host.topology = twoCells
  host.cellsFree = twoCellsFree
  host.ksm = new Map([['shm_pages_to_scan', 100]])
  for (const number of [1, 2]) {
    host.add(number)
    host.vcpus.set(uuidOf(number), [at(0)])
  }
  fleet = createFleet({
    connect: host.connect,
    checkUri: () => undefined,
    hostKeys: { probe: async () => [], accept: async () => undefined },
    hostStore: new MemoryHostStore([
      { host: 'alpha', name: 'alpha', uri: 'fake', statsPeriodSeconds: 2, createdMs: 0 },
    ]),
    resizeStore: new MemoryResizeStore(),
    logger: silentLogger,
    clock: { wallMs: () => Date.now(), monotonicMs: () => Date.now() },
  })
  fleet.start()
  await vi.advanceTimersByTimeAsync(5_000)
})
afterEach(async () => {
  await fleet.close()
  vi.useRealTimers()
})

/** A browser that follows a topic: the state it has, and the increments it got. */
function follow(topic: NodeTopic) {
  const deltas: TopicDelta[] = []
  const handle = fleet.open(topic, {
    delta(data) {
      deltas.push(data)
      const sent: unknown = JSON.parse(JSON.stringify(data))
      state = (state && applyDelta(topic, state, sent)) ?? null
    },
    gone: () => undefined,
  })
  let state: TopicFull | null = readFull(topic, handle.full())
  return { deltas, handle, state: () => state }
}

const asked = (name: string) => host.calls.filter((call) => call === name).length

test('nothing first, then all, then what changed; and it adds up to what the host says', async () => {
  const { deltas, handle, state } = follow(numa)
  expect(state()).toEqual({ numa: null, problem: null })
  await vi.advanceTimersByTimeAsync(100)
  expect(state()).toEqual({ numa: await fleet.nodes.numa('alpha'), problem: null })
  host.vcpus.set(uuidOf(2), [at(1)])
  await vi.advanceTimersByTimeAsync(3_000)
  expect(deltas).toHaveLength(2)
  const [, second] = deltas
  if (!second || !('numa' in second)) throw new Error('no increment')
  expect(second.numa.domains?.map(({ uuid }) => uuid)).toEqual([uuidOf(2)])
  expect(second.order).toEqual([uuidOf(1), uuidOf(2)])
  // What stays the same is not sent again.
  expect(Object.keys(second.numa).toSorted()).toEqual(['cells', 'domains', 'readMs'])
  expect(state()).toEqual({ numa: await fleet.nodes.numa('alpha'), problem: null })
  // A domain that is gone leaves the list.
  host.domains.delete(uuidOf(1))
  host.emit({
    type: 'lifecycle',
    uuid: uuidOf(1),
    name: 'vm1',
    event: 'undefined',
    detail: 'removed',
  })
  await vi.advanceTimersByTimeAsync(3_100)
  expect(state()).toEqual({ numa: await fleet.nodes.numa('alpha'), problem: null })
  expect((await fleet.nodes.numa('alpha')).domains).toHaveLength(1)
  handle.close()
})

test('a host is asked only while somebody looks', async () => {
  const before = asked('cellsFree')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked('cellsFree')).toBe(before)
  const { handle } = follow(memory)
  await vi.advanceTimersByTimeAsync(10_100)
  expect(asked('cellsFree') - before).toBe(6)
  handle.close()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked('cellsFree') - before).toBe(6)
})

test('what is set by us is seen at once', async () => {
  const { state } = follow(memory)
  await vi.advanceTimersByTimeAsync(100)
  const pages = () => {
    const now = state()
    return now && 'report' in now ? now.report?.ksm?.pagesToScan : undefined
  }
  expect(pages()).toBe(100)
  host.ksm = new Map([['shm_pages_to_scan', 200]])
  await fleet.nodes.setKsm('alpha', { pagesToScan: 200 })
  await vi.advanceTimersByTimeAsync(10)
  expect(pages()).toBe(200)
})

test('what was known stays while the host does not answer, beside the reason', async () => {
  const { state } = follow({ name: 'domain-numa', host: 'alpha', uuid: uuidOf(1) })
  await vi.advanceTimersByTimeAsync(100)
  const known = state()
  expect(known).toMatchObject({ domainNuma: { host: 'alpha' }, problem: null })
  host.refuseWith = new Error('refused')
  host.link.lose()
  await vi.advanceTimersByTimeAsync(100)
  expect(state()).toMatchObject({ problem: { code: 'host_offline', host: 'alpha' } })
  expect(state()).toMatchObject({ domainNuma: { host: 'alpha' } })
  host.refuseWith = null
  await vi.advanceTimersByTimeAsync(60_000)
  expect(state()).toMatchObject({ domainNuma: { host: 'alpha' }, problem: null })
})
