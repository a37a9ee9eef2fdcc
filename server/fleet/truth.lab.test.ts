import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { memoryStatFields } from '../contract/memory.ts'
import type { MemoryStatField } from '../contract/memory.ts'
import { LabFleet } from './testing/lab-fleet.ts'

let it: LabFleet

beforeAll(async () => {
  it = await new LabFleet(['alpha', 'beta', 'gamma']).start()
  await it.when('all guests are sampled', () =>
    it.rows().every((row) => row.state !== 'running' || row.memory.rssKiB !== null),
  )
})
afterAll(() => it.fleet.close())

/** `virsh dommemstat` as numbers. */
async function dommemstat(host: string, name: string): Promise<Record<string, number>> {
  const text = await it.host(host).virsh('dommemstat', name)
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([field, value]) => [field, Number(value)]),
  )
}

describe('what is shown is what virsh says', () => {
  test.each([
    ['alpha', 'web1'],
    ['alpha', 'db1'],
    ['alpha', 'cache1'],
    ['beta', 'app2'],
    ['beta', 'legacy1'],
    ['gamma', 'build1'],
    ['gamma', 'nodriver1'],
  ])('dommemstat of %s %s', async (host, name) => {
    const guest = it.guest(name)
    // A sample and virsh meet in the same write of the guest, or they are compared again.
    for (let tries = 0; ; tries++) {
      const virsh = await dommemstat(host, name)
      const { stats } = it.memory(guest)
      if (stats.last_update !== (virsh.last_update ?? null) && tries < 100) {
        await it.when('a new sample', () => it.memory(guest).stats !== stats)
        continue
      }
      for (const field of Object.keys(memoryStatFields) as MemoryStatField[]) {
        // RSS is the host's and moves by itself between the two looks.
        if (field === 'rss') {
          expect(Math.abs((stats.rss ?? 0) - (virsh.rss ?? 0))).toBeLessThan(8_192)
        } else expect([field, stats[field]]).toEqual([field, virsh[field] ?? null])
      }
      return
    }
  })

  test('used is what the guest itself counts', async () => {
    const guest = it.guest('app2')
    await guest.setWorkload({ fillMiB: 40 })
    try {
      const before = it.memory(guest).stats.last_update
      const advanced = () => it.memory(guest).stats.last_update
      await it.when('a new write', () => advanced() !== before, 15_000)
      const second = advanced()
      await it.when('one more write', () => advanced() !== second, 15_000)
      const meminfo = await guest.meminfo()
      const used = meminfo['MemTotal']! - meminfo['MemAvailable']!
      expect(Math.abs(it.memory(guest).derived.usedKiB! - used)).toBeLessThan(2_048)
      expect(it.memory(guest).derived.kernelReserveKiB).toBe(
        it.memory(guest).stats.actual! - meminfo['MemTotal']!,
      )
    } finally {
      await guest.resetWorkload()
    }
  })

  test('each balloon is told apart', async () => {
    expect(it.row('web1')!.memory.health).toBe('ok')
    expect(it.row('legacy1')!.memory.health).toBe('no-device')
    expect(it.row('spare1')!.memory.health).toBe('not-running')
    await it.when(
      'no driver',
      () => it.row('nodriver1')!.memory.health === 'no-driver',
      35_000,
    )
  })

  test('statistics are switched on where they were off', async () => {
    const xml = await it.host('beta').virsh('dumpxml', 'app1')
    expect(xml).toMatch(/<stats period='\d+'\/>/)
    expect(it.memory(it.guest('app1')).statsPeriodSeconds).toBeGreaterThan(0)
    const config = await it.host('beta').virsh('dumpxml', '--inactive', 'app1')
    expect(config).not.toContain('<stats')
  })

  test('the host says who it is', async () => {
    await it.when('facts', () => it.fleet.getHost('alpha').hostUuid !== null)
    const host = it.fleet.getHost('alpha')
    expect(host.hostname).toBe('alpha')
    expect(host.hostUuid).toBe(it.host('alpha').uuid)
    expect(host.networks.map(({ name }) => name)).toContain('default')
    expect(host.pools.map(({ name }) => name)).toContain('default')
    const domains = it.rows().filter((row) => row.host === 'alpha')
    expect(host.committed.maximumKiB).toBe(
      domains.reduce((sum, row) => sum + row.memory.maximumKiB, 0),
    )
  })

  test('hostile text arrives as text', () => {
    const detail = it.fleet.getDomain('gamma', it.guest('build1').uuid)
    expect(`${detail.title} ${detail.description}`).toContain('<')
  })
})
