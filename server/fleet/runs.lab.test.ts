import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { LabFleet } from './testing/lab-fleet.ts'

let it: LabFleet

beforeAll(async () => {
  it = await new LabFleet(['beta', 'gamma']).start()
})
afterAll(() => it.fleet.close())

const MiB = 1024

test('of a domain that is off, the sizes are those of its config', async () => {
  const spare1 = it.guest('spare1')
  await it.when('read', () => it.memory(spare1).configCurrentKiB !== null)
  expect(it.memory(spare1)).toMatchObject({
    state: 'shut-off',
    maximumKiB: 192 * MiB,
    configCurrentKiB: 128 * MiB,
    resizeBlocked: 'not-running',
  })
  expect(it.row('spare1')!.memory).toMatchObject({
    maximumKiB: 192 * MiB,
    balloonKiB: null,
    usedKiB: null,
    rssKiB: null,
  })
})

test('a paused domain shows its last figures, and how old they are', async () => {
  const app2 = it.guest('app2')
  await it.when('figures', () => it.memory(app2).health === 'ok')
  await it.host('beta').virsh('suspend', 'app2')
  try {
    await it.when('paused', () => it.row('app2')!.state === 'paused')
    const { stats } = it.memory(app2)
    // Three periods of 5 s and what sampling adds.
    await it.when('stale', () => it.memory(app2).health === 'stale', 20_000)
    expect(it.memory(app2).stats).toEqual({ ...stats, rss: expect.any(Number) })
    expect(it.memory(app2).statsAgeSeconds).toBeGreaterThan(15)
    expect(it.row('app2')!.memory.usedKiB).toBe(it.memory(app2).derived.usedKiB)
    expect(it.row('app2')!.memory.usedKiB).not.toBeNull()
  } finally {
    await it.host('beta').virsh('resume', 'app2')
  }
  await it.when('fresh', () => it.memory(app2).health === 'ok', 10_000)
})

describe('a domain started from outside', () => {
  test('gets its statistics switched on within two seconds', async () => {
    const beta = it.host('beta')
    await beta.virsh('destroy', 'app1')
    await it.when('off', () => it.row('app1')!.state === 'shut-off')
    await beta.virsh('start', 'app1')
    const startedMs = performance.now()
    for (;;) {
      const xml = await beta.virsh('dumpxml', 'app1')
      if (/<stats period='\d+'\/>/.test(xml)) break
      expect(performance.now() - startedMs).toBeLessThan(2_000)
    }
    await it.guest('app1').waitReady()
    await it.when('reports', () => it.row('app1')!.memory.health === 'ok', 30_000)
  }, 120_000)

  test('and stopped in the middle of a change leaves none that goes on for ever', async () => {
    const gamma = it.host('gamma')
    const spare1 = it.guest('spare1')
    const { uuid } = spare1
    await gamma.virsh('start', 'spare1')
    try {
      await it.when('reports', () => it.memory(spare1).health === 'ok', 60_000)
      // A guest that does not run cannot give anything: the change stays on its way.
      await gamma.virsh('suspend', 'spare1')
      await it.when('paused', () => it.row('spare1')!.state === 'paused')
      await it.fleet.setMemoryTarget('gamma', uuid, {
        targetKiB: 112 * MiB,
        force: true,
        affects: 'live',
        pace: 'at-once',
        by: 'ann',
      })
      expect(it.memory(spare1).resize).toMatchObject({ status: 'following' })
    } finally {
      await gamma.virsh('destroy', 'spare1')
    }
    await it.when('ended', () => it.memory(spare1).resize!.status !== 'following', 2_000)
    expect(it.memory(spare1).resize).toMatchObject({ status: 'gave-up', by: 'ann' })
    expect(it.memory(spare1).resize!.endedMs).not.toBeNull()
  }, 120_000)
})
