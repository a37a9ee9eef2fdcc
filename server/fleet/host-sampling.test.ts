import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { RpcError } from '../libvirt/errors.ts'
import type { HostAgent } from './host-agent.ts'
import { type FakeHost, libvirtError, uuidOf } from './testing/fake-host.ts'
import { TestAgent } from './testing/test-agent.ts'

let it: TestAgent
let host: FakeHost
let agent: HostAgent

beforeEach(() => {
  it = new TestAgent()
  ;({ host, agent } = it)
})
afterEach(() => it.close())

describe('sampling', () => {
  test('one sweep a second, one at a time', async () => {
    await it.online()
    const before = host.sweeps
    await vi.advanceTimersByTimeAsync(10_000)
    expect(host.sweeps - before).toBe(10)
    expect(host.mostSweepsUnderWay).toBe(1)
  })

  test('at a phase of its own, drawn on whole seconds', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.4)
    await it.online()
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
    await it.online()
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
    await it.online()
    const before = host.sweeps
    host.sweepErrors.push(libvirtError(38, 'Unable to read from monitor'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(host.sweeps - before).toBe(2)
    expect(agent.stale).toBe(false)
  })

  test('a lost connection is not asked again', async () => {
    await it.online()
    const before = host.sweeps
    host.sweepErrors.push(new RpcError('closed', 'lost'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(host.sweeps - before).toBe(1)
  })

  test('statistics are switched on where they are off', async () => {
    host.add(3, { statsPeriodSeconds: 0 })
    await it.online()
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
    await it.online()
    expect(host.calls.filter((call) => call.startsWith('setStats'))).toEqual([])
  })
})

describe('a domain that somebody else is asking something', () => {
  test('is asked once more within the tick, alone, and the chart has no gap', async () => {
    await it.online()
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
    expect(it.rss()).not.toContain(null)
    expect(it.rss().at(-1)).toBe(310_000)
  })

  test('keeps its place on the chart for three ticks, then there is a gap', async () => {
    await it.online()
    await vi.advanceTimersByTimeAsync(2_000)
    host.busy.add(uuidOf(1))
    host.busyTwice.add(uuidOf(1))
    const known = it.rss().length
    await vi.advanceTimersByTimeAsync(3_000)
    expect(it.rss().slice(known)).toEqual([300_000, 300_000, 300_000])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(it.rss().slice(known + 3)).toEqual([null, null])
    // The figure itself stays as the last known, and it ages.
    const domain = agent.inventory.domains.get(uuidOf(1))!
    expect(domain.stats.rss).toBe(300_000)
    expect(domain.statsAgeSeconds(Date.now(), performance.now())).toBeGreaterThan(4)
    host.busy.clear()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(it.rss().at(-1)).toBe(300_000)
  })

  test('does not hold up the ticks when the second answer hangs, and is not asked a third time', async () => {
    await it.online()
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
    await it.online()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(host.askedAlone).toEqual([])
  })

  test('closing in the pause leaves nothing behind', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    await it.online()
    host.busy.add(uuidOf(1))
    const swept = host.sweeps
    while (host.sweeps === swept) await vi.advanceTimersByTimeAsync(10)
    await agent.close()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(host.askedAlone).toEqual([])
  })
})
