import { expect, test } from 'vitest'

import type { HostSummary } from '../contract/host.ts'
import { hostsView } from './hosts-view.ts'

function summary(number: number, more: Partial<HostSummary> = {}): HostSummary {
  return {
    host: `host-${number}`,
    name: `Host ${number}`,
    uri: 'test:///default',
    state: 'online',
    sinceMs: 0,
    failure: null,
    nextTryMs: null,
    sampledMs: 0,
    stale: false,
    tickMs: 1_000,
    sweepMs: 5,
    domains: { running: 1, total: 1 },
    cpuPercent: 1,
    memory: null,
    committed: { balloonKiB: 0, maximumKiB: 0, rssKiB: 0, usedKiB: 0 },
    ...more,
  }
}

/** Hosts whose figures move with each reading. */
function movingHosts(count: number) {
  let read = 0
  const others = new Map<number, Partial<HostSummary> | 'gone'>()
  const view = hostsView(() => {
    read++
    return Array.from({ length: count }, (_, number) => number).flatMap((number) => {
      const more = others.get(number)
      return more === 'gone' ? [] : [summary(number, { sampledMs: read, ...more })]
    })
  })
  return { view, others }
}

const names = (hosts: readonly HostSummary[] = []) => hosts.map(({ host }) => host)

test('few hosts: each delta has them all', () => {
  const { view } = movingHosts(10)
  for (let delta = 0; delta < 3; delta++) expect(view.delta()?.upsert).toHaveLength(10)
})

test('many hosts: ten at a time, all of them by turns', () => {
  const { view } = movingHosts(40)
  const seen = Array.from({ length: 8 }, () => names(view.delta()?.upsert))
  expect(seen.every((hosts) => hosts.length === 10)).toBe(true)
  expect(new Set(seen.slice(0, 4).flat()).size).toBe(40)
  expect(seen.slice(4)).toEqual(seen.slice(0, 4))
})

test('a host that stands otherwise, came or went is told at once, whoseever turn it is', () => {
  const { view, others } = movingHosts(40)
  others.set(39, 'gone')
  view.delta()
  others.set(38, { state: 'offline' })
  others.delete(39)
  expect(names(view.delta()?.upsert)).toEqual(
    expect.arrayContaining(['host-38', 'host-39']),
  )
  others.set(38, 'gone')
  expect(view.delta()?.remove).toEqual(['host-38'])
})

test('the whole is what the deltas led to', () => {
  const { view, others } = movingHosts(25)
  const known = new Map(view.full().hosts.map((host) => [host.host, host]))
  for (let round = 0; round < 9; round++) {
    if (round === 4) others.set(3, 'gone')
    if (round === 6) others.set(20, { stale: true })
    const delta = view.delta()
    for (const host of delta?.upsert ?? []) known.set(host.host, host)
    for (const host of delta?.remove ?? []) known.delete(host)
    expect(new Map(view.full().hosts.map((host) => [host.host, host]))).toEqual(known)
  }
})

test('nothing new is no delta', () => {
  const view = hostsView(() => [summary(1), summary(2)])
  expect(view.delta()).toBeNull()
})
