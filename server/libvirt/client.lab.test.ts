import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { parseCapabilities } from './capabilities.ts'
import { LibvirtClient } from './client.ts'
import { toDuplex } from './console.ts'
import { parseDomainXml } from './domain-xml.ts'
import type { MemoryStat } from './memory.ts'
import { StatsDecoder } from './stats-columns.ts'

/* Against the lab's real libvirtd through real ssh: each value is compared with virsh. */

const openTransport = createOpenTransport()
const alpha = getLab().host('alpha')
let client: LibvirtClient
let web1: string

beforeAll(async () => {
  client = await LibvirtClient.connect(alpha.uri, { openTransport })
  web1 = (await client.domains.lookupByName('web1')).uuid
})
afterAll(() => client.close())

/** `virsh` output of lines `name value` or `name=value` as an object. */
function table(output: string, separator: RegExp): Record<string, string> {
  const rows = output.split('\n').map((line) => line.trim().split(separator))
  return Object.fromEntries(
    rows.filter((row) => row.length >= 2).map(([k, ...v]) => [k, v.join(' ')]),
  )
}

/** Runs virsh before and after a reading until both agree: then the reading must agree too. */
async function between<T>(
  ask: () => Promise<string>,
  read: () => Promise<T>,
): Promise<[string, T]> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const before = await ask()
    const value = await read()
    if ((await ask()) === before) return [before, value]
  }
  throw new Error('virsh never gave the same answer twice')
}

describe('reading', () => {
  test('the domains are those of virsh list', async () => {
    const names = (await alpha.virsh('list', '--all', '--name')).split('\n').filter(Boolean)
    expect((await client.domains.list()).map(({ name }) => name).sort()).toEqual(
      names.sort(),
    )
  })

  test('memory statistics are those of virsh dommemstat', async () => {
    const names: Record<string, MemoryStat> = {
      actual: 'actualKiB',
      swap_in: 'swapInKiB',
      swap_out: 'swapOutKiB',
      major_fault: 'majorFaults',
      minor_fault: 'minorFaults',
      unused: 'unusedKiB',
      available: 'availableKiB',
      usable: 'usableKiB',
      last_update: 'lastUpdateSeconds',
      disk_caches: 'diskCachesKiB',
      hugetlb_pgalloc: 'hugetlbAllocations',
      hugetlb_pgfail: 'hugetlbFailures',
    }
    // RSS moves with every page QEMU touches; it is compared apart.
    const ask = async (): Promise<string> =>
      (await alpha.virsh('dommemstat', 'web1')).replace(/rss \d+\n/, '')
    const [text, stats] = await between(ask, () => client.memory.stats(web1))
    const expected = table(text, / +/)
    for (const [name, value] of Object.entries(expected)) {
      expect([name, stats[names[name]!]]).toEqual([name, Number(value)])
    }
    expect(Object.keys(expected).length).toBeGreaterThan(10)
    const rss = Number(table(await alpha.virsh('dommemstat', 'web1'), / +/)['rss'])
    expect(Math.abs(stats.rssKiB! - rss)).toBeLessThan(rss / 10)
  })

  test('columns and plain objects are those of virsh domstats', async () => {
    const decoder = new StatsDecoder([
      'state.state',
      'balloon.current',
      'balloon.usable',
      'balloon.last-update',
    ])
    const groups = ['state', 'balloon'] as const
    const [text, [plain, frame]] = await between(
      async () =>
        (await alpha.virsh('domstats', 'web1', '--state', '--balloon')).replace(
          / *balloon.rss=\d+\n/,
          '',
        ),
      async () => {
        const all = await client.stats.all({ groups, uuids: [web1] })
        return [
          all[0]!,
          await client.stats.columns(decoder, { groups, uuids: [web1] }),
        ] as const
      },
    )
    const expected = table(text, /=/)
    for (const [name, value] of Object.entries(expected)) {
      expect([name, String(plain.params[name])]).toEqual([name, value])
    }
    for (const field of decoder.fields) {
      expect([field, frame.column(field)[0]]).toEqual([field, Number(expected[field])])
    }
    expect(frame.domains[0]?.uuid).toBe(web1)
  })

  test('state and sizes are those of virsh dominfo', async () => {
    const expected = table(await alpha.virsh('dominfo', 'web1'), /: +/)
    const info = await client.domains.info(web1)
    expect(info.state).toBe(expected['State'])
    expect(`${info.maxMemoryKiB} KiB`).toBe(expected['Max memory'])
    expect(info.vcpus).toBe(Number(expected['CPU(s)']))
    expect(await client.domains.isPersistent(web1)).toBe(expected['Persistent'] === 'yes')
    expect(await client.domains.getAutostart(web1)).toBe(expected['Autostart'] === 'enable')
    expect(web1).toBe(expected['UUID'])
  })

  test('the XML is that of virsh dumpxml, and is understood', async () => {
    const xml = await client.domains.getXml(web1, { inactive: true })
    expect(xml.trim()).toBe((await alpha.virsh('dumpxml', 'web1', '--inactive')).trim())
    expect(parseDomainXml(xml)).toMatchObject({ name: 'web1', uuid: web1, type: 'qemu' })
  })

  test('the host is who it says', async () => {
    expect(await client.node.hostname()).toBe('alpha')
    expect(await client.node.uri()).toBe('qemu:///system')
    expect(parseCapabilities(await client.node.capabilities()).hostUuid).toBe(alpha.uuid)
    const version = await alpha.virsh('version')
    expect(version).toContain(`libvirt ${await client.node.libVersion()}`)
    expect(version).toContain(`QEMU ${await client.node.hypervisorVersion()}`)
    const total = /total *: +(\d+) KiB/.exec(await alpha.virsh('nodememstats'))?.[1]
    expect((await client.node.memory()).totalKiB).toBe(Number(total))
    // They only grow: what virsh says lies between two readings of ours.
    const before = await client.node.cpuTimes()
    const told = await alpha.virsh('nodecpustats')
    const after = await client.node.cpuTimes()
    const toldNs = (name: string) => Number(new RegExp(`${name}: +(\\d+)`).exec(told)?.[1])
    for (const [name, key] of [
      ['user', 'userNs'],
      ['system', 'kernelNs'],
      ['idle', 'idleNs'],
    ] as const) {
      expect(toldNs(name)).toBeGreaterThanOrEqual(before[key])
      expect(toldNs(name)).toBeLessThanOrEqual(after[key])
    }
  })

  test('networks, pools, volumes, capacity', async () => {
    const [network] = await client.networks.list()
    expect(await client.networks.getXml(network!.uuid)).toContain('<name>default</name>')
    const [pool] = await client.pools.list()
    const { capacityBytes, state } = await client.pools.info(pool!.uuid)
    const info = await alpha.virsh('pool-info', pool!.name, '--bytes')
    expect(capacityBytes).toBe(Number(table(info, /: +/)['Capacity']))
    expect(state).toBe('running')
  })

  test('errors have their code', async () => {
    const missing = client.domains.getState('00000000-0000-0000-0000-00000000002a')
    await expect(missing).rejects.toMatchObject({ code: 'NO_DOMAIN', number: 42 })
    await expect(client.jobs.abort(web1)).rejects.toMatchObject({
      code: 'OPERATION_INVALID',
    })
    await expect(
      client.monitor.qmp(web1, { execute: 'no-such-command' }),
    ).rejects.toMatchObject({ errorClass: 'CommandNotFound' })
  })

  test('a read-only session may read and not change', async () => {
    const reader = await LibvirtClient.connect(alpha.uri, { openTransport, readOnly: true })
    expect(await reader.domains.isActive(web1)).toBe(true)
    await expect(reader.memory.set(web1, 262_144, { live: true })).rejects.toMatchObject({
      code: 'OPERATION_DENIED',
    })
    await reader.close()
  })
})

describe('changing', () => {
  test('a balloon target reaches the guest, and its events reach us', async () => {
    const before = (await client.memory.stats(web1)).actualKiB!
    const target = 225_280
    const arrived = Promise.withResolvers<void>()
    const { unsubscribe } = await client.events.subscribe({
      balloonChange: ({ uuid, actualKiB }) => {
        if (uuid === web1 && actualKiB === target) arrived.resolve()
      },
    })
    try {
      await client.memory.set(web1, target, { live: true })
      await arrived.promise
      expect(await alpha.virsh('dommemstat', 'web1')).toContain(`actual ${target}\n`)
    } finally {
      await client.memory.set(web1, before, { live: true })
      await unsubscribe()
    }
  })

  test('what virsh does from outside is told: define, start, stop, undefine', async () => {
    const seen: string[] = []
    const gone = Promise.withResolvers<void>()
    const { unsubscribe } = await client.events.subscribe({
      lifecycle: ({ name, event }) => {
        if (name !== 'rpc-test') return
        seen.push(event)
        if (event === 'undefined') gone.resolve()
      },
    })
    const xml = `<domain type='qemu'><name>rpc-test</name><memory unit='MiB'>16</memory>
      <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`
    const { uuid } = await client.domains.defineXml(xml)
    try {
      await alpha.virsh('start', '--paused', 'rpc-test')
      expect(await client.domains.getState(uuid)).toMatchObject({ state: 'paused' })
      await alpha.virsh('destroy', 'rpc-test')
      expect(await client.domains.getState(uuid)).toEqual({
        state: 'shutoff',
        reason: 'destroyed',
      })
    } finally {
      await client.domains.undefine(uuid)
    }
    await gone.promise
    // Between start and stop QEMU may tell of its pause and its shutdown as well.
    const told = ['defined', 'started', 'stopped', 'undefined']
    expect(seen.filter((event) => told.includes(event))).toEqual(told)
    await unsubscribe()
  })
})

describe('streams', () => {
  test('a volume goes up and comes down the same; a hole stays a hole', async () => {
    const bulk = await LibvirtClient.connect(alpha.uri, { openTransport })
    const [pool] = await client.pools.list()
    const xml = `<volume><name>rpc-test.raw</name><capacity>3000000</capacity>
      <allocation>0</allocation><target><format type='raw'/></target></volume>`
    const volume = await client.volumes.create(pool!.uuid, xml)
    try {
      const empty = await bulk.volumes.download(volume, { sparse: true })
      expect(await empty.read()).toEqual({ type: 'hole', lengthBytes: 3_000_000 })
      await empty.abort()

      const bytes = Buffer.alloc(3_000_000)
      for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7 + (i >> 8)) & 255
      const up = await bulk.volumes.upload(volume)
      await up.write(bytes)
      await up.finish()
      const chunks: Buffer[] = []
      for await (const chunk of toDuplex(await bulk.volumes.download(volume)))
        chunks.push(chunk)
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    } finally {
      await client.volumes.delete(volume)
      await bulk.close()
    }
  })

  test('a screenshot is an image', async () => {
    const { mimeType, image } = await client.console.screenshot(web1)
    expect(mimeType).toBe('image/png')
    expect(image.subarray(1, 4).toString()).toBe('PNG')
  })
})

describe('faults', () => {
  test('a libvirtd that hangs is noticed, and the connection ends with the reason', async () => {
    const victim = await LibvirtClient.connect(alpha.uri, {
      openTransport,
      pingIntervalMs: 200,
      maxMissedPings: 2,
    })
    await alpha.stopLibvirtd()
    try {
      expect(await victim.ended).toMatchObject({ code: 'keepalive' })
    } finally {
      await alpha.contLibvirtd()
    }
    await victim.close()
  })

  test('killed ssh sessions end the connection at once, other connections open anew', async () => {
    const beta = getLab().host('beta')
    const victim = await LibvirtClient.connect(beta.uri, { openTransport })
    const waiting = victim.ended
    await beta.killSessions()
    expect(await waiting).toMatchObject({ code: 'closed' })
    await victim.close()
    const again = await LibvirtClient.connect(beta.uri, { openTransport })
    expect(await again.node.hostname()).toBe('beta')
    await again.close()
  })

  test('a deadline leaves the slot taken until the daemon answers', async () => {
    const victim = await LibvirtClient.connect(alpha.uri, { openTransport })
    await alpha.stopLibvirtd()
    try {
      await expect(
        victim.domains.getXml(web1, {}, { deadlineMs: 50 }),
      ).rejects.toMatchObject({
        code: 'deadline',
      })
      expect(victim.busySlots).toBe(1)
    } finally {
      await alpha.contLibvirtd()
    }
    await victim.domains.getXml(web1)
    for (let i = 0; i < 100 && victim.busySlots > 0; i++) await sleep(20)
    expect(victim.busySlots).toBe(0)
    await victim.close()
  })
})

test('the test driver through a real libvirtd', async () => {
  const uri = alpha.uri.replace('qemu+ssh', 'test+ssh').replace('/system', '/default')
  const tests = await LibvirtClient.connect(uri, { openTransport })
  const [domain] = await tests.domains.list()
  expect(domain).toMatchObject({ name: 'test', id: 1 })
  const suspended = Promise.withResolvers<string>()
  await tests.events.subscribe({
    lifecycle: ({ event, detail }) => suspended.resolve(`${event} ${detail}`),
  })
  await tests.domains.suspend(domain!.uuid)
  expect(await suspended.promise).toBe('suspended paused')
  expect(await tests.domains.getState(domain!.uuid)).toEqual({
    state: 'paused',
    reason: 'user',
  })
  await tests.memory.set(domain!.uuid, 1_048_576)
  expect((await tests.domains.info(domain!.uuid)).memoryKiB).toBe(1_048_576)
  await tests.close()
})
