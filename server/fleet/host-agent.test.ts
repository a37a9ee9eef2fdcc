import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { RpcError } from '../libvirt/errors.ts'
import { TransportFailure } from '../ssh/transport-failure.ts'
import { systemClock } from './clock.ts'
import { HostAgent } from './host-agent.ts'
import { ResizeLog } from './resize-log.ts'
import { FakeHost, libvirtError, noDomain, uuidOf } from './testing/fake-host.ts'
import { silentLogger } from './testing/stores.ts'

let host: FakeHost
let agent: HostAgent
const gone: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  // The phase of the samples and every pause: the middle.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  gone.length = 0
  host = new FakeHost()
  host.add(1)
  host.add(2, { id: -1 })
  agent = new HostAgent(
    { host: 'h', name: 'h', uri: 'test:///default', statsPeriodSeconds: 2, createdMs: 0 },
    {
      connect: host.connect,
      clock: systemClock,
      logger: silentLogger,
      resizesOf: () =>
        new ResizeLog({
          wallMs: () => Date.now(),
          load: () => null,
          save: () => undefined,
          forget: () => undefined,
          commandFor: () => '',
        }),
      onChange: () => undefined,
      onSample: () => undefined,
      onGone: (uuid) => void gone.push(uuid),
      onDirtyRate: () => undefined,
      onJob: () => undefined,
    },
  )
})
afterEach(async () => {
  host.resume()
  await agent.close()
  // Whatever was closed leaves no timer behind.
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function online(): Promise<void> {
  agent.start()
  await vi.advanceTimersByTimeAsync(50)
  expect(agent.state).toBe('online')
}

describe('connecting', () => {
  test('lists, samples, and is online with the first sample', async () => {
    await online()
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
    await online()
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
    await online()
    const old = host.link
    old.lose()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(host.links).toHaveLength(2)
    old.listener?.({ type: 'balloon', uuid: uuidOf(1), actualKiB: 1 })
    expect(agent.inventory.domains.get(uuidOf(1))?.balloonKiB).toBe(262_144)
  })

  test('a domain that went meanwhile is gone', async () => {
    await online()
    host.domains.delete(uuidOf(1))
    host.link.lose()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(gone).toEqual([uuidOf(1)])
  })

  test('the series has a gap, not a line across it', async () => {
    await online()
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
    await online()
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
    await online()
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
    await online()
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
    await online()
    host.hanging = true
    await vi.advanceTimersByTimeAsync(60_000)
    expect(host.sweepsUnderWay).toBe(3)
  })
})

describe('sampling', () => {
  test('one sweep a second, one at a time', async () => {
    await online()
    const before = host.sweeps
    await vi.advanceTimersByTimeAsync(10_000)
    expect(host.sweeps - before).toBe(10)
    expect(host.mostSweepsUnderWay).toBe(1)
  })

  test('at a phase of its own, drawn on whole seconds', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.4)
    await online()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(host.sweptAtMs.slice(1).map((ms) => ms % 1_000)).toEqual([
      400, 400, 400, 400, 400,
    ])
    for (const series of [
      agent.figures.series,
      agent.inventory.domains.get(uuidOf(1))!.series,
    ]) {
      const { tMs } = series.read(0)
      expect(tMs).toHaveLength(6)
      expect(tMs.every((ms) => ms % 1_000 === 0)).toBe(true)
    }
  })

  test.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('goes on each second when the clock is set %s by an hour', async (_way, stepMs) => {
    await online()
    await vi.advanceTimersByTimeAsync(3_000)
    vi.setSystemTime(Date.now() + stepMs)
    await vi.advanceTimersByTimeAsync(2_000)
    const before = host.sweeps
    await vi.advanceTimersByTimeAsync(5_000)
    expect(host.sweeps - before).toBe(5)
    expect(agent).toMatchObject({ state: 'online', stale: false })
    // What was drawn after the step stands at the new time, in order.
    const { tMs } = agent.figures.series.read(Date.now() - 4_500)
    expect(tMs.length).toBeGreaterThanOrEqual(4)
    expect(tMs).toEqual(tMs.toSorted((a, b) => a - b))
  })

  test('a QEMU that dies in the middle is asked again at once', async () => {
    await online()
    const before = host.sweeps
    host.sweepErrors.push(libvirtError(38, 'Unable to read from monitor'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(host.sweeps - before).toBe(2)
    expect(agent.stale).toBe(false)
  })

  test('a lost connection is not asked again', async () => {
    await online()
    const before = host.sweeps
    host.sweepErrors.push(new RpcError('closed', 'lost'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(host.sweeps - before).toBe(1)
  })

  test('statistics are switched on where they are off', async () => {
    host.add(3, { statsPeriodSeconds: 0 })
    await online()
    expect(host.calls.filter((call) => call.startsWith('setStats'))).toEqual([
      'setStatsPeriod 2',
    ])
  })

  test.each([
    ['a refusal is final', libvirtError(55, 'invalid'), 1],
    ['a busy domain is asked again', libvirtError(68, 'cannot acquire job mutex'), 2],
  ])('%s', async (_name, error, times) => {
    host.add(3, { statsPeriodSeconds: 0 })
    agent.start()
    await vi.advanceTimersByTimeAsync(0)
    const set = vi.spyOn(host.link, 'setStatsPeriod').mockRejectedValueOnce(error)
    await vi.advanceTimersByTimeAsync(50)
    host.emit({ type: 'domain-changed', uuid: uuidOf(3) })
    await vi.advanceTimersByTimeAsync(50)
    expect(set).toHaveBeenCalledTimes(times)
  })

  test('and left alone where the host says so', async () => {
    host.add(3, { statsPeriodSeconds: 0 })
    agent.update({ ...agent.record, statsPeriodSeconds: 0 })
    await online()
    expect(host.calls.filter((call) => call.startsWith('setStats'))).toEqual([])
  })
})

/** RSS of the first domain as charted. */
function rss(): (number | null)[] {
  return agent.inventory.domains.get(uuidOf(1))!.series.read(0).rssKiB
}

describe('a domain that somebody else is asking something', () => {
  test('is asked once more within the tick, alone, and the chart has no gap', async () => {
    await online()
    host.add(3)
    await vi.advanceTimersByTimeAsync(2_000)
    host.busy.add(uuidOf(1))
    const before = host.sweeps
    host.domains.get(uuidOf(1))!.stats.rss = 310_000
    await vi.advanceTimersByTimeAsync(5_000)
    expect(host.askedAlone.map(({ uuids }) => uuids)).toEqual(
      Array.from({ length: 5 }, () => [uuidOf(1)]),
    )
    const sentMs = host.sweptAtMs.slice(before)
    host.askedAlone.forEach(({ atMs }, at) => {
      expect(atMs - sentMs[at]!).toBeGreaterThanOrEqual(40)
      expect(atMs - sentMs[at]!).toBeLessThan(100)
    })
    // The ticks are where they were.
    expect(host.sweeps - before).toBe(5)
    expect(rss()).not.toContain(null)
    expect(rss().at(-1)).toBe(310_000)
  })

  test('keeps its place on the chart for three ticks, then there is a gap', async () => {
    await online()
    await vi.advanceTimersByTimeAsync(2_000)
    host.busy.add(uuidOf(1))
    host.busyTwice.add(uuidOf(1))
    const known = rss().length
    await vi.advanceTimersByTimeAsync(3_000)
    expect(rss().slice(known)).toEqual([300_000, 300_000, 300_000])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(rss().slice(known + 3)).toEqual([null, null])
    // The figure itself stays as the last known, and it ages.
    const domain = agent.inventory.domains.get(uuidOf(1))!
    expect(domain.stats.rss).toBe(300_000)
    expect(domain.statsAgeSeconds(Date.now(), performance.now())).toBeGreaterThan(4)
    host.busy.clear()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(rss().at(-1)).toBe(300_000)
  })

  test('does not hold up the ticks when the second answer hangs, and is not asked a third time', async () => {
    await online()
    await vi.advanceTimersByTimeAsync(2_000)
    host.busy.add(uuidOf(1))
    host.hangingAlone = true
    const before = host.sweeps
    await vi.advanceTimersByTimeAsync(10_000)
    expect(host.sweeps - before).toBe(10)
    expect(agent.stale).toBe(false)
    expect(host.askedAlone).toHaveLength(1)
    host.hanging = true
    await vi.advanceTimersByTimeAsync(30_000)
    // The one that hangs takes the place of a sweep: a slot stays free for the rest.
    expect(host.sweepsUnderWay).toBe(2)
  })

  test('nobody is asked again who gave no figures before, or is off', async () => {
    host.busy.add(uuidOf(1))
    host.busy.add(uuidOf(2))
    await online()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(host.askedAlone).toEqual([])
  })

  test('closing in the pause leaves nothing behind', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    await online()
    host.busy.add(uuidOf(1))
    const swept = host.sweeps
    while (host.sweeps === swept) await vi.advanceTimersByTimeAsync(10)
    await agent.close()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(host.askedAlone).toEqual([])
  })
})

describe('events', () => {
  test('a state is told at once, and an older sweep does not take it back', async () => {
    await online()
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
    await online()
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
    await online()
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
    await online()
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
    await online()
    await vi.advanceTimersByTimeAsync(50)
    host.calls.length = 0
    for (let n = 0; n < 10; n++) host.emit({ type: 'domain-changed', uuid: uuidOf(2) })
    await vi.advanceTimersByTimeAsync(50)
    expect(host.calls.filter((call) => call === 'domainXml')).toHaveLength(1)
  })

  test('names from a host are bounded and cleaned', async () => {
    await online()
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
