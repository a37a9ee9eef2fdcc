import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { domainNuma, hostNuma, numaAdvice } from '../contract/numa.ts'
import { hostMemoryReport } from '../contract/overcommit.ts'
import { createFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { FakeHost, uuidOf } from './testing/fake-host.ts'
import { MemoryHostStore, MemoryResizeStore, silentLogger } from './testing/stores.ts'
import { twoCells, twoCellsFree, twoCellsMemory } from './testing/two-cells.ts'

const GiB = 2 ** 20
let host: FakeHost
let fleet: Fleet

const at = (number: number, cpu: number, allowedCpus: number[]) => ({
  number,
  state: 'running' as const,
  cpu,
  allowedCpus,
})
const advise = (memoryGiB: number) =>
  fleet.nodes.advice('alpha', { vcpus: 4, memoryKiB: memoryGiB * GiB, pageKiB: null })

function guest(number: number, name: string, gib: number, rssGiB: number, xml?: string) {
  const domain = host.add(number, {
    name,
    balloonKiB: gib * GiB,
    maximumKiB: gib * GiB,
  })
  domain.stats = { ...domain.stats, rss: rssGiB * GiB }
  if (xml) host.moreXml.set(domain.uuid, xml)
}

beforeEach(async () => {
  host = new FakeHost()
  host.memory = twoCellsMemory
  host.topology = twoCells
  host.cellsFree = twoCellsFree
  host.ksm = new Map([
    ['shm_pages_sharing', 1_000],
    ['shm_pages_shared', 10],
    ['shm_full_scans', 3],
    ['shm_pages_to_scan', 100],
    ['shm_sleep_millisecs', 20],
    ['shm_merge_across_nodes', 1],
  ])
  guest(
    1,
    'bound',
    24,
    20,
    `<vcpu cpuset='0,2'>2</vcpu><numatune><memory mode='strict' nodeset='0'/></numatune>`,
  )
  guest(
    2,
    'remote',
    20,
    2,
    `<vcpu>1</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/></cputune>
    <numatune><memory mode='strict' nodeset='0'/></numatune>`,
  )
  guest(3, 'anywhere', 36, 4)
  guest(4, 'huge', 2, 0, `<vcpu>1</vcpu><memoryBacking><hugepages/></memoryBacking>`)
  host.add(5, { name: 'off', id: -1 })
  host.vcpus.set(uuidOf(1), [at(0, 0, [0, 2]), at(1, 2, [0, 2])])
  host.vcpus.set(uuidOf(2), [at(0, 1, [1])])
  fleet = createFleet({
    connect: host.connect,
    checkUri: () => undefined,
    hostKeys: { probe: async () => [], accept: async () => undefined },
    hostStore: new MemoryHostStore([
      {
        host: 'alpha',
        name: 'alpha',
        uri: 'qemu:///system',
        statsPeriodSeconds: 2,
        createdMs: 0,
      },
    ]),
    resizeStore: new MemoryResizeStore(),
    logger: silentLogger,
  })
  fleet.start()
  await vi.waitFor(() => {
    expect(fleet.getHost('alpha').state).toBe('online')
    // What is bound stands in the XML, which is read after the first sweep.
    expect(fleet.getDomain('alpha', uuidOf(4)).machine).toBe('')
    const [agent] = fleet.hosts
    for (const domain of agent!.inventory.domains.values()) {
      expect(domain.live).not.toBeNull()
    }
  })
})
afterEach(() => fleet.close())

describe('the memory of a host with two cells', () => {
  test('sums against RAM without huge pages, by cell, and who takes most', async () => {
    const report = await fleet.nodes.memory('alpha', 'rss')
    expect(hostMemoryReport.parse(report)).toEqual(report)
    const { overcommit, consumers, commands } = report
    expect(overcommit).toMatchObject({
      ordinaryKiB: 60 * GiB,
      sums: { guests: 4, maximumKiB: 82 * GiB, rssKiB: 26 * GiB },
      // 80 GiB of ordinary pages.
      atMaximum: { missingKiB: 20 * GiB },
      soon: { needKiB: 54 * GiB, haveKiB: 32 * GiB, missingKiB: 22 * GiB },
      hugePages: [
        {
          sizeKiB: 2048,
          total: 2048,
          free: 1024,
          atMaximum: { needKiB: 2 * GiB, missingKiB: 0 },
        },
        { sizeKiB: GiB, total: 0 },
      ],
    })
    expect(
      overcommit?.cells.map(({ id, freeKiB, bound, shared, atMaximum }) => [
        id,
        freeKiB! / GiB,
        bound.maximumKiB / GiB,
        shared.maximumKiB / GiB,
        atMaximum.missingKiB / GiB,
      ]),
    ).toEqual([
      [0, 3, 44, 38, 16],
      [1, 24, 0, 38, 0],
    ])
    expect(consumers.map(({ name, cells }) => [name, cells])).toEqual([
      ['bound', [0]],
      ['anywhere', null],
      ['remote', [0]],
      ['huge', null],
    ])
    expect(commands.cells).toBe('virsh -c qemu:///system freecell --all')
    const byGrowth = await fleet.nodes.memory('alpha', 'growth')
    expect(byGrowth.consumers.map(({ name }) => name)).toEqual([
      'anywhere',
      'remote',
      'bound',
      'huge',
    ])
  })

  test('KSM: what it saves, and a change with its virsh line', async () => {
    const { ksm } = await fleet.nodes.memory('alpha', 'rss')
    expect(ksm).toMatchObject({
      pagesSharing: 1_000,
      savedKiB: 4_000,
      activity: 'saving',
      mergeAcrossNodes: true,
    })
    const { command } = await fleet.nodes.setKsm('alpha', {
      pagesToScan: 200,
      mergeAcrossNodes: false,
    })
    expect(command).toBe(
      'virsh -c qemu:///system node-memory-tune --shm-pages-to-scan 200 --shm-merge-across-nodes 0',
    )
    expect(host.calls).toContain('setKsm {"pagesToScan":200,"mergeAcrossNodes":false}')
  })

  test('a host without KSM says why', async () => {
    host.ksm = null
    const { ksm, ksmReason } = await fleet.nodes.memory('alpha', 'rss')
    expect([ksm, ksmReason]).toEqual([null, 'this function is not supported'])
    await expect(fleet.nodes.setKsm('alpha', { sleepMs: 10 })).rejects.toMatchObject({
      code: 'libvirt',
    })
  })
})

describe('NUMA', () => {
  test('cells with who is there, and domains with what is to be said of them', async () => {
    const numa = await fleet.nodes.numa('alpha')
    expect(hostNuma.parse(numa)).toEqual(numa)
    expect(numa.cells.map(({ cpus, vcpusHere }) => [cpus.length, vcpusHere])).toEqual([
      [8, 2],
      [8, 1],
    ])
    expect(numa.cells[0]).toMatchObject({ threadsPerCore: 2, freeKiB: 3 * GiB })
    expect(
      numa.domains.map(({ name, notes, vcpuCells }) => [name, notes, vcpuCells]),
    ).toEqual([
      ['anywhere', ['free'], []],
      ['bound', ['bound'], [0]],
      ['huge', ['free'], []],
      ['remote', ['remote', 'vcpus-apart'], [1]],
      ['off', ['free'], []],
    ])
  })

  test('of one domain, with the lines to look and to change', async () => {
    const numa = await fleet.nodes.domainNuma('alpha', uuidOf(1))
    expect(domainNuma.parse(numa)).toEqual(numa)
    expect(numa.placement).toMatchObject({
      memory: { mode: 'strict', cells: [0] },
      vcpuList: [
        { cpu: 0, cell: 0, allowedCpus: '0,2' },
        { cpu: 2, cell: 0 },
      ],
    })
    expect(numa.commands.numatune).toBe('virsh -c qemu:///system numatune bound')
  })

  test('advice knows what is promised in each cell', async () => {
    const small = await advise(2)
    expect(numaAdvice.parse(small)).toEqual(small)
    // Cell 0 has 3 GiB free, and 22 more are promised to those bound to it.
    expect(small).toMatchObject({ verdict: 'fits', cells: [1] })
    expect(small.candidates[0]?.availableKiB).toBe(0)
    expect((await advise(30)).verdict).toBe('does-not-fit')
  })

  test('numad: unknown, until a domain was placed by it or libvirt was asked', async () => {
    const numad = async () => (await fleet.nodes.numa('alpha')).numad
    expect(await numad()).toMatchObject({ state: 'unknown', source: null })
    host.numad = {
      present: false,
      words: 'Failed to query numad for the advisory nodeset',
    }
    const { result } = await fleet.nodes.probeNumad('alpha')
    expect(result).toMatchObject({ state: 'absent', source: 'probe' })
    expect(await numad()).toEqual(result)
  })

  test('what numad was asked is kept for who looks at the host first after it', async () => {
    host.numad = { present: true, words: 'no such file' }
    const { result } = await fleet.nodes.probeNumad('alpha')
    expect((await fleet.nodes.numa('alpha')).numad).toEqual(result)
  })

  test('a running domain that numad placed tells that it is there', async () => {
    host.moreXml.set(uuidOf(3), `<vcpu placement='auto'>2</vcpu>`)
    host.emit({ type: 'domain-changed', uuid: uuidOf(3) })
    await vi.waitFor(async () =>
      expect((await fleet.nodes.numa('alpha')).numad).toMatchObject({
        state: 'present',
        source: 'running-domain',
        domain: 'anywhere',
      }),
    )
  })

  test('a host that is not connected says so', async () => {
    host.refuseWith = new Error('refused')
    host.link.lose()
    await vi.waitFor(() => expect(fleet.getHost('alpha').state).not.toBe('online'))
    await expect(fleet.nodes.numa('alpha')).rejects.toMatchObject({ code: 'host_offline' })
    await expect(fleet.nodes.domainNuma('alpha', uuidOf(9))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('many who look cost one asking', async () => {
    const before = host.calls.length
    await Promise.all(Array.from({ length: 20 }, () => fleet.nodes.memory('alpha', 'rss')))
    const asked = host.calls.slice(before).filter((call) => !/^(sweep|node)/.test(call))
    expect(asked.toSorted()).toEqual(['cellsFree', 'hostTopology'])
  })
})

describe('a guest that would be new', () => {
  const amounts = { balloonKiB: 8 * GiB, maximumKiB: 8 * GiB }
  const kinds = async (xml: string) =>
    (await fleet.nodes.warningsOfNew('alpha', `<domain>${xml}</domain>`, amounts)).map(
      ({ kind, cells }) => [kind, cells],
    )
  test('bound to a full cell is warned of by its XML; elsewhere it is not', async () => {
    const bound = (cell: number) =>
      `<numatune><memory mode='strict' nodeset='${cell}'/></numatune>`
    expect(await kinds(bound(0))).toContainEqual(['over-cells', [0]])
    expect(await kinds(bound(1))).not.toContainEqual(['over-cells', [1]])
  })
  test('of huge pages needs free ones', async () => {
    const pages = `<memoryBacking><hugepages><page size='1' unit='G'/></hugepages></memoryBacking>`
    expect((await kinds(pages)).map(([kind]) => kind)).toEqual(['over-huge-pages'])
  })
})
