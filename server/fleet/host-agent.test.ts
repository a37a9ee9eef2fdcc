import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { TransportFailure } from '../ssh/transport-failure.ts'
import type { HostAgent } from './host-agent.ts'
import { type FakeHost, uuidOf } from './testing/fake-host.ts'
import { TestAgent } from './testing/test-agent.ts'

let it: TestAgent
let host: FakeHost
let agent: HostAgent
let gone: readonly string[]

beforeEach(() => {
  it = new TestAgent()
  ;({ host, agent, gone } = it)
})
afterEach(() => it.close())

describe('connecting', () => {
  test('lists, samples, and is online with the first sample', async () => {
    await it.online()
    expect(agent.inventory.domains.get(uuidOf(1))).toMatchObject({
      state: 'running',
      name: 'vm1',
    })
    expect(agent.inventory.domains.get(uuidOf(2))).toMatchObject({ state: 'shut-off' })
    expect(agent.stale).toBe(false)
  })

  test('tries again by itself, with longer and longer pauses', async () => {
    host.refuseWith = new TransportFailure('refused')
    agent.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(agent).toMatchObject({
      state: 'offline',
      failure: { kind: 'connection-refused' },
    })
    expect(agent.nextTryMs! - Date.now()).toBeGreaterThanOrEqual(250)
    expect(agent.nextTryMs! - Date.now()).toBeLessThanOrEqual(500)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(host.tries).toBeGreaterThan(5)
    expect(host.tries).toBeLessThan(18)
    host.refuseWith = null
    await vi.advanceTimersByTimeAsync(15_000)
    expect(agent).toMatchObject({ state: 'online', failure: null, nextTryMs: null })
  })

  test.each(['denied', 'unknown-key', 'changed-key', 'no-permission'] as const)(
    'is refused by %s: no blind retry, but at once when somebody asks',
    async (code) => {
      host.refuseWith = new TransportFailure(code)
      agent.start()
      await vi.advanceTimersByTimeAsync(3_600_000)
      expect(agent).toMatchObject({ state: 'refused', nextTryMs: null })
      expect(host.tries).toBe(1)
      host.refuseWith = null
      agent.reconnect()
      await vi.advanceTimersByTimeAsync(10)
      expect(agent.state).toBe('online')
    },
  )

  test('closing ends a try that hangs', async () => {
    host.hanging = true
    agent.start()
    await vi.advanceTimersByTimeAsync(100)
    expect(agent.state).toBe('connecting')
    await agent.close()
    host.resume()
    await vi.advanceTimersByTimeAsync(10)
    // The link that came too late was closed, not kept.
    expect(agent.link).toBeNull()
  })
})

describe('a lost connection', () => {
  test('keeps what is known, marked stale, and comes back under a new epoch', async () => {
    await it.online()
    const { epoch } = agent
    host.refuseWith = new TransportFailure('closed')
    host.link.lose()
    await vi.advanceTimersByTimeAsync(0)
    expect(agent).toMatchObject({ state: 'offline', stale: true, link: null })
    expect(agent.inventory.domains.get(uuidOf(1))?.stats.rss).toBe(300_000)
    host.refuseWith = null
    await vi.advanceTimersByTimeAsync(2_000)
    expect(agent.state).toBe('online')
    expect(agent.epoch).toBeGreaterThan(epoch)
  })

  test('what an old connection still says is dropped', async () => {
    await it.online()
    const old = host.link
    old.lose()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(host.links).toHaveLength(2)
    old.listener?.({ type: 'balloon', uuid: uuidOf(1), actualKiB: 1 })
    expect(agent.inventory.domains.get(uuidOf(1))?.balloonKiB).toBe(262_144)
  })

  test('a domain that went meanwhile is gone', async () => {
    await it.online()
    host.domains.delete(uuidOf(1))
    host.link.lose()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(gone).toEqual([uuidOf(1)])
  })

  test('the series has a gap, not a line across it', async () => {
    await it.online()
    await vi.advanceTimersByTimeAsync(3_000)
    host.refuseWith = new TransportFailure('closed')
    host.link.lose()
    await vi.advanceTimersByTimeAsync(5_000)
    host.refuseWith = null
    await vi.advanceTimersByTimeAsync(15_000)
    const { rssKiB } = agent.inventory.domains.get(uuidOf(1))!.series.read(0)
    const gap = rssKiB.indexOf(null)
    expect(gap).toBeGreaterThan(0)
    expect(rssKiB.at(-1)).toBe(300_000)
  })
})

describe('a host that hangs', () => {
  test('is degraded within five seconds and back by itself', async () => {
    await it.online()
    host.hanging = true
    await vi.advanceTimersByTimeAsync(3_000)
    expect(agent.state).toBe('online')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(agent.state).toBe('degraded')
    expect(agent).toMatchObject({ stale: true, failure: { kind: 'not-answering' } })
    host.resume()
    await vi.advanceTimersByTimeAsync(1_100)
    expect(agent).toMatchObject({ state: 'online', stale: false, failure: null })
    expect(host.links).toHaveLength(1)
  })

  test('is sampled each second again after it hung for long, and a new hang shows in time', async () => {
    await it.online()
    host.hanging = true
    await vi.advanceTimersByTimeAsync(16_000)
    host.resume()
    await vi.advanceTimersByTimeAsync(1_100)
    expect(agent.tickMs).toBe(1_000)
    const before = host.sweeps
    await vi.advanceTimersByTimeAsync(5_000)
    expect(host.sweeps - before).toBe(5)
    host.hanging = true
    await vi.advanceTimersByTimeAsync(5_000)
    expect(agent.state).toBe('degraded')
  })

  test('is asked less often when it hangs at each sweep', async () => {
    await it.online()
    for (let hang = 0; hang < 2; hang++) {
      host.hanging = true
      await vi.advanceTimersByTimeAsync(6_000)
      host.resume()
      host.hanging = true
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(agent.tickMs).toBeGreaterThan(5_000)
  })

  test('gets no more than three sweeps however long it hangs', async () => {
    await it.online()
    host.hanging = true
    await vi.advanceTimersByTimeAsync(60_000)
    expect(host.sweepsUnderWay).toBe(3)
  })
})
