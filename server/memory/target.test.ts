import { expect, test } from 'vitest'

import { refuseMaximum, refuseTarget } from './target.ts'
import type { TargetFacts } from './target.ts'

const mib = 1024
const hostShort = { needKiB: 100 * mib, haveKiB: 50 * mib }
const facts: TargetFacts = {
  state: 'running',
  health: 'ok',
  actualKiB: 256 * mib,
  maximumKiB: 512 * mib,
  floor: { floorKiB: 150 * mib, usedKiB: 100 * mib, marginKiB: 50 * mib },
  hostTotalKiB: 1_000 * mib,
  configMaximumKiB: 512 * mib,
  persistent: true,
  hostShort: null,
}

test.each<[string, number, boolean, Partial<TargetFacts>, string | undefined]>([
  ['a shrink to the floor', 150 * mib, false, {}, undefined],
  ['a growth', 512 * mib, false, {}, undefined],
  ['zero', 0, true, {}, 'invalid'],
  ['a negative', -1, true, {}, 'invalid'],
  ['NaN', Number.NaN, true, {}, 'invalid'],
  ['1e308', 1e308, true, {}, 'invalid'],
  ['a fraction', 1.5, true, {}, 'invalid'],
  ['a domain that is off', 200 * mib, true, { state: 'shut-off' }, 'not_running'],
  ['no device', 200 * mib, true, { health: 'no-device' }, 'no_balloon'],
  ['no driver', 200 * mib, true, { health: 'no-driver' }, 'no_driver'],
  ['above the maximum', 512 * mib + 1, true, {}, 'above_maximum'],
  ['above the host', 500 * mib, true, { hostTotalKiB: 400 * mib }, 'above_host'],
  ['below the floor', 150 * mib - 1, false, {}, 'below_floor'],
  ['below the floor, forced', 1 * mib, true, {}, undefined],
  ['a shrink on stale statistics', 200 * mib, false, { health: 'stale' }, 'stats_stale'],
  [
    'a shrink that gains nothing',
    200 * mib,
    false,
    { health: 'inhibited' },
    'balloon_inhibited',
  ],
  ['the same, forced', 200 * mib, true, { health: 'inhibited' }, undefined],
  ['a growth of such a domain', 300 * mib, false, { health: 'inhibited' }, undefined],
  ['a shrink of a frozen guest', 200 * mib, false, { health: 'frozen' }, 'stats_stale'],
  ['a shrink of unknown use', 200 * mib, false, { floor: null }, 'stats_stale'],
  ['a forced shrink on stale ones', 200 * mib, true, { health: 'stale' }, undefined],
  ['a growth the host has not', 300 * mib, false, { hostShort }, 'host_short'],
  ['the same, forced', 300 * mib, true, { hostShort }, undefined],
  ['a shrink on a short host', 200 * mib, false, { hostShort }, undefined],
  ['a growth on stale ones', 300 * mib, false, { health: 'stale' }, undefined],
])('%s', (_name, targetKiB, force, over, code) => {
  const request = { targetKiB, force, affects: 'live', pace: 'steps' } as const
  expect(refuseTarget(request, { ...facts, ...over })?.code).toBe(code)
})

test.each<[string, 'config' | 'both', number, Partial<TargetFacts>, string | undefined]>([
  ['of a domain that is off', 'config', 200 * mib, { state: 'shut-off' }, undefined],
  ['below the floor: that is of now', 'config', 10 * mib, {}, undefined],
  ['above what it will have', 'config', 513 * mib, {}, 'above_maximum'],
  ['up to a maximum raised before', 'config', 600 * mib, raised(), undefined],
  ['of a transient domain', 'config', 200 * mib, { persistent: false }, 'conflict'],
  ['zero', 'config', 0, {}, 'invalid'],
  ['with the live one, below the floor', 'both', 10 * mib, {}, 'below_floor'],
  ['with the live one, above what it has', 'both', 600 * mib, raised(), 'above_maximum'],
])('the config %s', (_name, affects, targetKiB, over, code) => {
  const request = { targetKiB, force: false, affects, pace: 'steps' } as const
  expect(refuseTarget(request, { ...facts, ...over })?.code).toBe(code)
})

function raised() {
  return { configMaximumKiB: 800 * mib }
}

test('a new maximum is one that the host has, of a domain that has a config', () => {
  const host = { persistent: true, hostTotalKiB: 1_000 * mib }
  expect(refuseMaximum(900 * mib, host)).toBeNull()
  expect(refuseMaximum(1_001 * mib, host)?.code).toBe('above_host')
  expect(refuseMaximum(0.5, host)?.code).toBe('invalid')
  expect(refuseMaximum(1, { ...host, persistent: false })?.code).toBe('conflict')
})
