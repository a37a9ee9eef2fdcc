import { expect, test } from 'vitest'

import { balloonHealthOf, bootGraceMs } from './health.ts'
import type { HealthFacts } from './health.ts'

const well: HealthFacts = {
  state: 'running',
  balloonModel: 'virtio',
  statsPeriodSeconds: 2,
  lastUpdateSeconds: 1_000,
  availableKiB: 200_000,
  advancedAtMs: 100_000,
  watchedSinceMs: 0,
  cpuTimeMs: 0,
  vcpus: 1,
  nowMs: 101_000,
  frozen: false,
  inhibitedBy: null,
}
const silent = { lastUpdateSeconds: 0, availableKiB: null, advancedAtMs: null }

test.each<[string, Partial<HealthFacts>, string]>([
  ['fresh statistics', {}, 'ok'],
  ['a domain that is off', { state: 'shut-off' }, 'not-running'],
  ['no XML yet', { balloonModel: undefined }, 'unknown'],
  ['no memballoon', { balloonModel: null }, 'no-device'],
  ['memballoon none', { balloonModel: 'none' }, 'no-device'],
  ['a guest that boots', { ...silent, nowMs: bootGraceMs - 1 }, 'unknown'],
  ['a guest long up', { ...silent, nowMs: bootGraceMs }, 'no-driver'],
  // 60 s of CPU time cannot come together in less than 30 s on a vCPU and QEMU's own thread.
  ['long up by its CPU time', { ...silent, nowMs: 1, cpuTimeMs: 60_000 }, 'no-driver'],
  ['busy on many CPUs', { ...silent, nowMs: 1, cpuTimeMs: 60_000, vcpus: 4 }, 'unknown'],
  ['a paused guest', { ...silent, state: 'paused', nowMs: 1e6 }, 'unknown'],
  ['period 0', { statsPeriodSeconds: 0 }, 'stats-off'],
  ['three periods', { nowMs: 107_500 }, 'ok'],
  ['more than three periods', { nowMs: 107_501 }, 'stale'],
  ['frozen since first seen', { advancedAtMs: null, nowMs: 7_501 }, 'stale'],
  ['figures that stand still', { frozen: true }, 'frozen'],
  ['a device passed through', { inhibitedBy: 'vfio' }, 'inhibited'],
  ['the same, silent besides', { inhibitedBy: 'vfio', nowMs: 107_501 }, 'stale'],
  ['just seen', { advancedAtMs: null, nowMs: 1_000 }, 'ok'],
  // The value of last_update says nothing: the host's clock may be an hour off.
  ['a host clock an hour behind', { lastUpdateSeconds: 1 }, 'ok'],
])('%s', (_name, facts, health) => {
  expect(balloonHealthOf({ ...well, ...facts })).toBe(health)
})
