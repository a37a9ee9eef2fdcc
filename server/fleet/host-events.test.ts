import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { HostAgent } from './host-agent.ts'
import { type FakeHost, noDomain, uuidOf } from './testing/fake-host.ts'
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

describe('events', () => {
  test('a state is told at once, and an older sweep does not take it back', async () => {
    await it.online()
    host.hanging = true
    await vi.advanceTimersByTimeAsync(1_100)
    host.emit({
      type: 'lifecycle',
      uuid: uuidOf(1),
      name: 'vm1',
      event: 'stopped',
      detail: 'crashed',
    })
    const domain = agent.inventory.domains.get(uuidOf(1))!
    expect(domain).toMatchObject({ state: 'shut-off', stateReason: 'crashed' })
    // The sweep under way was asked before and still says running.
    host.resume()
    await vi.advanceTimersByTimeAsync(0)
    host.domains.get(uuidOf(1))!.id = -1
    await vi.advanceTimersByTimeAsync(2_000)
    expect(domain.state).toBe('shut-off')
  })

  test('a balloon told by an event is not taken back by an older sweep', async () => {
    await it.online()
    // Past the time in which a balloon may still be on the way of its boot.
    for (let second = 0; second < 8; second++) {
      host.domains.get(uuidOf(1))!.stats.last_update!++
      await vi.advanceTimersByTimeAsync(1_000)
    }
    const domain = agent.inventory.domains.get(uuidOf(1))!
    host.hanging = true
    await vi.advanceTimersByTimeAsync(1_000)
    host.emit({ type: 'balloon', uuid: uuidOf(1), actualKiB: 131_072 })
    // The sweep under way was asked before and still says 262,144.
    host.resume()
    await vi.advanceTimersByTimeAsync(0)
    expect(domain.stats.actual).toBe(131_072)
    host.domains.get(uuidOf(1))!.balloonKiB = 131_072
    await vi.advanceTimersByTimeAsync(1_000)
    expect(domain.resizes.current).toMatchObject({ fromKiB: 262_144, targetKiB: 131_072 })
  })

  test('a domain that goes while a sweep is under way is not brought back by it', async () => {
    await it.online()
    host.hanging = true
    await vi.advanceTimersByTimeAsync(1_100)
    const { uuid, name } = host.domains.get(uuidOf(2))!
    const sweeps = host.sweeps
    host.emit({ type: 'lifecycle', uuid, name, event: 'undefined', detail: 'removed' })
    const link = vi.spyOn(host.link, 'domainState').mockRejectedValue(noDomain())
    await vi.advanceTimersByTimeAsync(100)
    expect(gone).toEqual([uuid])
    // Answered only now, with what was there when it was asked for.
    host.resume()
    await vi.advanceTimersByTimeAsync(0)
    expect(host.sweeps).toBe(sweeps)
    expect(agent.inventory.domains.has(uuid)).toBe(false)
    link.mockRestore()
    // One that is there again is found by the sweep after.
    await vi.advanceTimersByTimeAsync(1_100)
    expect(agent.inventory.domains.has(uuid)).toBe(true)
  })

  test('a rename keeps the domain', async () => {
    await it.online()
    host.domains.get(uuidOf(1))!.name = 'new'
    host.emit({
      type: 'lifecycle',
      uuid: uuidOf(1),
      name: 'vm1',
      event: 'undefined',
      detail: 'renamed',
    })
    host.emit({
      type: 'lifecycle',
      uuid: uuidOf(1),
      name: 'new',
      event: 'defined',
      detail: 'renamed',
    })
    await vi.advanceTimersByTimeAsync(50)
    expect(agent.inventory.domains.get(uuidOf(1))?.name).toBe('new')
    expect(gone).toEqual([])
  })

  test('a burst of events about one domain reads its XML once more, not ten times', async () => {
    await it.online()
    await vi.advanceTimersByTimeAsync(50)
    host.calls.length = 0
    for (let n = 0; n < 10; n++) host.emit({ type: 'domain-changed', uuid: uuidOf(2) })
    await vi.advanceTimersByTimeAsync(50)
    expect(host.calls.filter((call) => call === 'domainXml')).toHaveLength(1)
  })

  test('names from a host are bounded and cleaned', async () => {
    await it.online()
    const name = `\u001b[31m${'x'.repeat(1_000_000)}`
    host.emit({
      type: 'lifecycle',
      uuid: uuidOf(9),
      name,
      event: 'defined',
      detail: 'added',
    })
    const kept = agent.inventory.domains.get(uuidOf(9))!.name
    expect(kept.length).toBeLessThanOrEqual(256)
    expect(kept.startsWith('[31mx')).toBe(true)
  })
})
