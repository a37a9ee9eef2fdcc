import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Host } from '../../e2e/lab/index.ts'
import { cpuSetText } from '../contract/cpu-set.ts'
import { LabFleet } from './testing/lab-fleet.ts'

const name = 'numa-test1'
/** A guest that knows of two cells and is bound to the one that the lab's hosts have. */
const xml = `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>64</memory>
  <vcpu cpuset='0-1'>2</vcpu>
  <cputune>
    <vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='1' cpuset='0-1'/>
    <emulatorpin cpuset='1'/>
  </cputune>
  <numatune>
    <memory mode='strict' nodeset='0'/>
    <memnode cellid='1' mode='preferred' nodeset='0'/>
  </numatune>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <cpu><numa>
    <cell id='0' cpus='0' memory='32' unit='MiB'/>
    <cell id='1' cpus='1' memory='32' unit='MiB'/>
  </numa></cpu>
  <devices><memballoon model='none'/></devices>
</domain>`

let it: LabFleet
let gamma: Host

async function removeGuest(): Promise<void> {
  await gamma.virsh('destroy', name).catch(() => undefined)
  await gamma.virsh('undefine', name).catch(() => undefined)
}

beforeAll(async () => {
  it = await new LabFleet(['alpha', 'gamma']).start()
  gamma = it.host('gamma')
  await removeGuest()
  await gamma.define(xml)
  await gamma.virsh('start', name)
  await it.when('all guests are sampled and read', () => {
    const read = [...it.fleet.hosts].every((agent) =>
      [...agent.inventory.domains.values()].every(({ live }) => live !== null),
    )
    return read && it.row(name)?.state === 'running' && it.row(name)?.memory.rssKiB !== null
  })
}, 60_000)
afterAll(async () => {
  if (gamma) await removeGuest()
  await it?.fleet.close()
})

/** `name value` and `name : value KiB` lines of virsh as numbers. */
function numbers(text: string): Record<string, number> {
  const found = [...text.matchAll(/^\s*([\w ]+?)\s*:?\s+(\d+)(?: KiB)?\s*$/gm)]
  return Object.fromEntries(found.map(([, key = '', value]) => [key, Number(value)]))
}

/** A figure that moves by itself: ours is compared with virsh's until both are of the same moment. */
async function near(
  ours: () => Promise<number | null | undefined>,
  virsh: () => Promise<number>,
  share: number,
) {
  let off = Infinity
  for (let tries = 0; tries < 20 && off > share; tries++) {
    const before = await virsh()
    const shown = (await ours()) ?? NaN
    const after = await virsh()
    const least = Math.min(before, after)
    const most = Math.max(before, after)
    off = Math.max(0, least - shown, shown - most) / most
  }
  expect(off).toBeLessThanOrEqual(share)
}

const tune = async () => numbers(await gamma.virsh('node-memory-tune'))

describe('the memory of a host as virsh tells it', () => {
  test('RAM, cells and huge pages', async () => {
    const alpha = it.host('alpha')
    const { overcommit } = await it.fleet.nodes.memory('alpha', 'rss')
    const stats = numbers(await alpha.virsh('nodememstats'))
    expect(overcommit?.memory.totalKiB).toBe(stats.total)
    const { cells } = await it.fleet.nodes.numa('alpha')
    const cell = numbers(await alpha.virsh('nodememstats', '--cell', '0'))
    expect(cells.map(({ id, totalKiB }) => [id, totalKiB])).toEqual([[0, cell.total]])
    await near(
      async () => (await it.fleet.nodes.numa('alpha')).cells[0]?.freeKiB,
      async () => numbers(await alpha.virsh('freecell', '--cellno', '0'))['0'] ?? NaN,
      0.02,
    )
    const pages = await alpha.virsh('freepages', '--cellno', '0', '--pagesize', '2M')
    expect(cells[0]?.hugePages.find(({ sizeKiB }) => sizeKiB === 2048)?.free).toBe(
      Number(/2048KiB: (\d+)/.exec(pages)?.[1]),
    )
  })

  test('sums over the running domains', async () => {
    const names = (await gamma.virsh('list', '--name')).trim().split('\n')
    const each = await Promise.all(
      names.map(async (one) => {
        const text = await gamma.virsh('dominfo', one)
        const kib = (what: string) =>
          Number(new RegExp(`${what}:\\s+(\\d+)`).exec(text)![1])
        return { maximum: kib('Max memory'), used: kib('Used memory') }
      }),
    )
    const { overcommit, consumers } = await it.fleet.nodes.memory('gamma', 'maximum')
    expect(overcommit?.sums).toMatchObject({
      guests: names.length,
      maximumKiB: each.reduce((sum, { maximum }) => sum + maximum, 0),
      balloonKiB: each.reduce((sum, { used }) => sum + used, 0),
    })
    expect(consumers.map(({ maximumKiB }) => maximumKiB)).toEqual(
      each.map(({ maximum }) => maximum).toSorted((a, b) => b - a),
    )
    expect(consumers.map((one) => one.name).toSorted()).toEqual(names.toSorted())
  })

  test('KSM is what node-memory-tune says, and is set by it', async () => {
    const before = await tune()
    const { ksm } = await it.fleet.nodes.memory('gamma', 'rss')
    expect(ksm).toMatchObject({
      pagesToScan: before.shm_pages_to_scan,
      sleepMs: before.shm_sleep_millisecs,
      pagesSharing: before.shm_pages_sharing,
      fullScans: before.shm_full_scans,
      mergeAcrossNodes: before.shm_merge_across_nodes === 1,
    })
    const wanted = before.shm_pages_to_scan! + 17
    try {
      const { result } = await it.fleet.nodes.setKsm('gamma', { pagesToScan: wanted })
      expect(result.ksm.pagesToScan).toBe(wanted)
      expect((await tune()).shm_pages_to_scan).toBe(wanted)
    } finally {
      await gamma.virsh(
        'node-memory-tune',
        '--shm-pages-to-scan',
        String(before.shm_pages_to_scan),
      )
    }
    expect(await tune()).toMatchObject({ shm_pages_to_scan: before.shm_pages_to_scan })
  })
})

describe('where a domain may be and is', () => {
  test('as numatune, vcpupin, vcpuinfo and emulatorpin say', async () => {
    const uuid = (await gamma.virsh('domuuid', name)).trim()
    const { placement } = await it.fleet.nodes.domainNuma('gamma', uuid)
    const numatune = await gamma.virsh('numatune', name)
    expect(placement.memory).toMatchObject({
      mode: /numa_mode\s*: (\w+)/.exec(numatune)?.[1],
      cells: [Number(/numa_nodeset\s*: (\d+)/.exec(numatune)?.[1])],
      source: 'live',
    })
    const pins = await gamma.virsh('vcpupin', name)
    expect(
      placement.vcpuList.map(({ number, allowedCpus }) => [number, allowedCpus]),
    ).toEqual(
      [...pins.matchAll(/^\s*(\d+)\s+([\d,-]+)\s*$/gm)].map(([, vcpu, cpus]) => [
        Number(vcpu),
        cpus,
      ]),
    )
    const emulator = await gamma.virsh('emulatorpin', name)
    expect(placement.emulatorCpus).toBe(/([\d,-]+)\s*$/.exec(emulator)?.[1])
    // vCPU 0 may be nowhere else.
    const info = await gamma.virsh('vcpuinfo', name)
    expect(/VCPU:\s+0\nCPU:\s+(\d+)/.exec(info)?.[1]).toBe('0')
    expect(placement.vcpuList[0]).toMatchObject({ cpu: 0, cell: 0 })
    expect(placement.guestCells).toEqual([
      { id: 0, cpus: '0', memoryKiB: 32_768, mode: null, cells: null },
      { id: 1, cpus: '1', memoryKiB: 32_768, mode: 'preferred', cells: [0] },
    ])
    // What QEMU itself was told of the guest's two cells.
    const command = JSON.stringify({ execute: 'query-memdev' })
    const memdev = JSON.parse(await gamma.virsh('qemu-monitor-command', name, command)) as {
      return: { id: string; size: number; policy: string; 'host-nodes': number[] }[]
    }
    const cells = memdev.return
      .filter(({ id }) => id.startsWith('ram-node'))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    expect(
      cells.map(({ id, size, policy, ...more }) => [id, size, policy, more['host-nodes']]),
    ).toEqual(
      placement.guestCells.map(({ id, memoryKiB, mode, cells: own }) => [
        `ram-node${id}`,
        memoryKiB * 1024,
        // `strict` is QEMU's `bind`.
        mode ?? 'bind',
        own ?? placement.memory.cells,
      ]),
    )
    expect(placement.notes).toEqual(['one-cell-host'])
  })

  test('of a guest that nobody bound: all CPUs, as vcpuinfo says', async () => {
    const web1 = it.guest('web1')
    const { placement } = await it.fleet.nodes.domainNuma('alpha', web1.uuid)
    const info = await it.host('alpha').virsh('vcpuinfo', 'web1')
    const masks = [...info.matchAll(/CPU Affinity:\s+([y-]+)/g)].map(([, mask = '']) =>
      cpuSetText([...mask].flatMap((letter, cpu) => (letter === 'y' ? [cpu] : []))),
    )
    expect(placement.vcpuList.map(({ allowedCpus }) => allowedCpus)).toEqual(masks)
    expect(placement.memory).toMatchObject({ mode: null, cells: null })
  })

  test('numad is asked for without starting anything', async () => {
    const list = () => gamma.virsh('list', '--all', '--name')
    const before = await list()
    const { result } = await it.fleet.nodes.probeNumad('gamma')
    const there = await gamma.exec('sh', '-c', 'command -v numad || true')
    expect(result.state).toBe(there.trim() === '' ? 'absent' : 'present')
    expect(result.words).toContain(there.trim() === '' ? 'numad' : 'nonexistent')
    expect(await list()).toBe(before)
  })
})

describe("libvirt's own host of two cells (its test driver)", () => {
  const socket = 'test+unix:///default?socket=/var/run/libvirt/libvirt-sock'
  /** A virsh that asks the same daemon as Ballast does. */
  const virsh = (...args: string[]) => gamma.exec('virsh', '-c', socket, ...args)
  const host = 'two-cells'
  const advise = (memoryKiB: number) =>
    it.fleet.nodes.advice(host, { vcpus: 2, memoryKiB, pageKiB: null })

  beforeAll(async () => {
    const uri = gamma.uri.replace(/^qemu(.*)\/system/, 'test$1/default')
    await it.fleet.addHost({ uri, name: host, host })
    const read = () => it.row('test')?.state === 'running' && it.row('test')?.vcpus === 2
    await it.when('its domain is read', read, 20_000)
  })
  afterAll(() => it.fleet.removeHost(host))

  test('cells are those of capabilities and freecell', async () => {
    const { cells } = await it.fleet.nodes.numa(host)
    const free = await virsh('freecell', '--all')
    const text = await virsh('capabilities')
    const told = [...text.matchAll(/<cell id='(\d+)'>(.*?)<\/cell>/gs)].map(
      ([, id, cell = '']) => ({
        id: Number(id),
        totalKiB: Number(/<memory unit='KiB'>(\d+)/.exec(cell)?.[1]),
        cpus: [...cell.matchAll(/<cpu id='(\d+)'/g)].map(([, cpu]) => Number(cpu)),
        freeKiB: Number(new RegExp(`${id}: +(\\d+) KiB`).exec(free)?.[1]),
      }),
    )
    expect(told).toHaveLength(2)
    expect(
      cells.map(({ id, totalKiB, cpus, freeKiB }) => ({ id, totalKiB, cpus, freeKiB })),
    ).toEqual(told)
    // Cell 1 has ordinary pages of 8 KiB: they are no huge ones. How many are free it tells nobody.
    expect(cells.map(({ hugePages }) => hugePages.map(({ sizeKiB }) => sizeKiB))).toEqual([
      [2048, 1048576],
      [2048, 1048576],
    ])
    await expect(virsh('freepages', '--all')).rejects.toThrow('did not set virError')
    expect(cells.flatMap(({ hugePages }) => hugePages.map((pool) => pool.free))).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  test('its domain runs where vcpuinfo says', async () => {
    const { cells, domains } = await it.fleet.nodes.numa(host)
    const info = await virsh('vcpuinfo', 'test')
    const cpus = [...info.matchAll(/^CPU:\s+(\d+)$/gm)].map(([, cpu]) => Number(cpu))
    const [domain] = domains
    expect(domain?.vcpuList.map(({ cpu }) => cpu)).toEqual(cpus)
    expect(domain?.vcpuList.map(({ cell }) => cell)).toEqual(
      cpus.map((cpu) => cells.find((cell) => cell.cpus.includes(cpu))?.id),
    )
  })

  test('advice goes by what freecell says is free', async () => {
    const free = await virsh('freecell', '--all')
    const [first = 0, second = 0] = [...free.matchAll(/^ +\d+: +(\d+) KiB$/gm)].map(
      ([, kib]) => Number(kib),
    )
    expect(second).toBeGreaterThan(first)
    expect(await advise(first)).toMatchObject({ verdict: 'fits', cells: [1] })
    const split = await advise(second)
    expect(split).toMatchObject({ verdict: 'splits', cells: [0, 1], needsCache: true })
    expect(split.xml).toContain(`<memnode cellid='1' mode='strict' nodeset='1'/>`)
    expect((await advise(first + second)).verdict).toBe('does-not-fit')
  })
})
