import { expect, test } from 'vitest'

import { refuseTarget } from './target.ts'
import type { TargetFacts } from './target.ts'

const mib = 1024
const facts: TargetFacts = {
  state: 'running',
  health: 'ok',
  actualKiB: 256 * mib,
  maximumKiB: 512 * mib,
  floor: { floorKiB: 150 * mib, usedKiB: 100 * mib, marginKiB: 50 * mib },
  hostTotalKiB: 1_000 * mib,
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
  ['a shrink of unknown use', 200 * mib, false, { floor: null }, 'stats_stale'],
  ['a forced shrink on stale ones', 200 * mib, true, { health: 'stale' }, undefined],
  ['a growth on stale ones', 300 * mib, false, { health: 'stale' }, undefined],
])('%s', (_name, targetKiB, force, over, code) => {
  expect(refuseTarget(targetKiB, force, { ...facts, ...over })?.code).toBe(code)
})
