import { readFile } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import type { Guest, Host } from '../../e2e/lab/index.ts'
import { memoryStatSourceRows, memoryStatSources } from '../contract/memory-sources.ts'
import type { MemoryStatField } from '../contract/memory.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { LibvirtClient } from './client.ts'
import { readQmpSchema } from './qmp-schema.ts'

const lab = getLab()
const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
const clients = new Map<string, LibvirtClient>()

beforeAll(async () => {
  for (const name of ['alpha', 'beta', 'gamma']) {
    const { uri } = lab.host(name)
    clients.set(name, await LibvirtClient.connect(uri, { openTransport }))
  }
})
afterAll(() => Promise.all([...clients.values()].map((client) => client.close())))

function on(guest: Guest): { host: Host; monitor: LibvirtClient['monitor'] } {
  return { host: lab.host(guest.hostName), monitor: clients.get(guest.hostName)!.monitor }
}

async function dommemstat(host: Host, name: string): Promise<Record<string, number>> {
  const text = await host.virsh('dommemstat', name)
  const lines = text.trim().split('\n')
  return Object.fromEntries(
    lines.map((line) => line.split(' ')).map(([field, value]) => [field, Number(value)]),
  )
}

/** guest-stats and the balloon by QMP, between two looks of virsh that saw the same write of the guest. */
async function sameWrite({ host, monitor }: ReturnType<typeof on>, guest: Guest) {
  for (let tries = 0; tries < 50; tries++) {
    const before = await dommemstat(host, guest.name)
    const stats = await monitor.guestStats(guest.uuid)
    const bytes = await monitor.queryBalloon(guest.uuid)
    const after = await dommemstat(host, guest.name)
    if (before.last_update === after.last_update && before.actual === after.actual) {
      return { virsh: after, stats, bytes }
    }
  }
  throw new Error('the guest writes faster than virsh reads')
}

describe.each(['db1', 'app2', 'cache1'])('the three views of the memory of %s', (name) => {
  const guest = lab.guest(name)

  test('QMP and dommemstat agree in every field', async () => {
    const { virsh, stats, bytes } = await sameWrite(on(guest), guest)
    const compared: MemoryStatField[] = []
    for (const [field, { qmp }] of memoryStatSourceRows) {
      if (!qmp) continue
      const byQmp =
        field === 'actual' ? bytes / 1024 : field === 'rss' ? null : stats[field]
      expect([field, byQmp]).toEqual([field, virsh[field] ?? null])
      compared.push(field)
    }
    // All but RSS, which QEMU does not know.
    expect(compared).toHaveLength(memoryStatSourceRows.length - 1)
    expect(stats.available).toBeGreaterThan(0)
  })

  test('and /proc/meminfo in the guest says the same', async () => {
    const fields = memoryStatSourceRows.filter(
      ([, { kernel }]) => kernel?.file === '/proc/meminfo',
    )
    expect(fields).toHaveLength(4)
    const { monitor } = on(guest)
    // The guest lives on while it is looked at: agreed is what a write between two looks shows.
    let differing: string[] = []
    for (let tries = 0; tries < 20; tries++) {
      const first = await monitor.guestStats(guest.uuid)
      const before = await guest.meminfo()
      let stats = first
      while (stats.last_update === first.last_update) {
        stats = await monitor.guestStats(guest.uuid)
      }
      const after = await guest.meminfo()
      differing = fields.flatMap(([field, { kernel }]) => {
        const sum = (meminfo: Record<string, number>) =>
          kernel!.names.reduce((total, line) => total + meminfo[line]!, 0)
        const value = field === 'actual' || field === 'rss' ? null : stats[field]
        const [low, high] = [sum(before), sum(after)].sort((a, b) => a - b) as [
          number,
          number,
        ]
        // Per-CPU counters of the kernel lag behind by up to half a MiB.
        const near = value !== null && value >= low - 512 && value <= high + 512
        return near ? [] : [`${field}: ${value} is not in ${low}..${high}`]
      })
      if (differing.length === 0) break
    }
    expect(differing).toEqual([])
  }, 60_000)

  test('rss is VmRSS of the QEMU process', async () => {
    const { host } = on(guest)
    const [line] = memoryStatSources.rss.kernel.names
    // The lab gives the pid as this machine counts, so its own /proc has it.
    const status = await readFile(`/proc/${await host.qemuPid(name)}/status`, 'utf8')
    const vmRss = Number(new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
    const { rss = 0 } = await dommemstat(host, name)
    expect(Math.abs(rss - vmRss) / vmRss).toBeLessThan(0.02)
  })
})

describe('typed QMP against a running QEMU', () => {
  const db1 = lab.guest('db1')

  test('the balloon is found, or is not there', async () => {
    expect(await on(db1).monitor.balloonPath(db1.uuid)).toBe('/machine/peripheral/balloon0')
    const legacy1 = lab.guest('legacy1')
    expect(await on(legacy1).monitor.balloonPath(legacy1.uuid)).toBeNull()
    await expect(on(legacy1).monitor.queryBalloon(legacy1.uuid)).rejects.toMatchObject({
      errorClass: 'DeviceNotActive',
    })
  })

  test('a guest without the driver knows nothing, and that is null', async () => {
    const guest = lab.guest('nodriver1')
    const raw = await on(guest).monitor.qomGet(
      guest.uuid,
      '/machine/peripheral/balloon0',
      'guest-stats',
    )
    // QEMU's own word for it, with all its digits.
    expect(raw).toMatchObject({
      stats: { 'stat-free-memory': 18_446_744_073_709_551_615n },
    })
    const stats = await on(guest).monitor.guestStats(guest.uuid)
    expect([stats.unused, stats.available, stats.last_update]).toEqual([null, null, 0])
  })

  test('the period is the one of the XML', async () => {
    const { host, monitor } = on(db1)
    const xml = await host.virsh('dumpxml', 'db1')
    const period = Number(/<stats period='(\d+)'/.exec(xml)?.[1])
    expect(await monitor.pollingInterval(db1.uuid)).toBe(period)
    await monitor.setPollingInterval(db1.uuid, period)
    expect(await monitor.pollingInterval(db1.uuid)).toBe(period)
  })

  test('status, version and schema', async () => {
    const { monitor } = on(db1)
    expect(await monitor.queryStatus(db1.uuid)).toEqual({
      status: 'running',
      running: true,
    })
    expect(await monitor.queryVersion(db1.uuid)).toMatch(/^\d+\.\d+\.\d+/)
    const schema = readQmpSchema('x', await monitor.queryQmpSchema(db1.uuid))
    expect(schema.commands.length).toBeGreaterThan(150)
    expect(schema.events).toContain('BALLOON_CHANGE')
    const calc = schema.commands.find(({ name }) => name === 'calc-dirty-rate')
    expect(calc?.arguments.map(({ name }) => name)).toContain('calc-time')
    expect(calc?.arguments.find(({ name }) => name === 'mode')?.values).toContain(
      'page-sampling',
    )
  })

  test('a dirty rate is measured', async () => {
    const { monitor } = on(db1)
    await monitor.calcDirtyRate(db1.uuid, {
      seconds: 1,
      samplePages: 4096,
      mode: 'page-sampling',
    })
    await expect
      .poll(() => monitor.queryDirtyRate(db1.uuid), { timeout: 10_000, interval: 200 })
      .toMatchObject({
        status: 'measured',
        calcTimeSeconds: 1,
        samplePages: 4096,
        rateMiBps: expect.any(Number),
      })
  })

  test('QMP moves a balloon and tells it as an event, to whoever watches that domain', async () => {
    const cache1 = lab.guest('cache1')
    const { monitor } = on(cache1)
    const client = clients.get('alpha')!
    const before = await monitor.queryBalloon(cache1.uuid)
    const seen: string[] = []
    const other: string[] = []
    const stop = await client.events.watchMonitor(cache1.uuid, ({ event, uuid }) => {
      expect(uuid).toBe(cache1.uuid)
      seen.push(event)
    })
    const stopOther = await client.events.watchMonitor(db1.uuid, ({ event, uuid }) => {
      other.push(`${uuid} ${event}`)
    })
    try {
      await monitor.balloon(cache1.uuid, before + 8 * 1024 * 1024)
      await expect
        .poll(() => monitor.queryBalloon(cache1.uuid), { timeout: 10_000 })
        .toBe(before + 8 * 1024 * 1024)
      await expect.poll(() => seen).toContain('BALLOON_CHANGE')
      await stop()
      const count = seen.length
      await monitor.balloon(cache1.uuid, before)
      await expect
        .poll(() => monitor.queryBalloon(cache1.uuid), { timeout: 10_000 })
        .toBe(before)
      expect(seen).toHaveLength(count)
      expect(other.filter((line) => !line.startsWith(db1.uuid))).toEqual([])
    } finally {
      await monitor.balloon(cache1.uuid, before)
      await stopOther()
    }
  }, 40_000)
})
