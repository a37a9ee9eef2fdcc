import { describe, expect, test } from 'vitest'

import type { PreflightCode } from '../contract/preflight.ts'
import type {
  DomainMoveFacts,
  HostMoveFacts,
  MeetingFacts,
  NetworkMoveFacts,
  PoolMoveFacts,
} from './move-facts.ts'
import { byFitness, compareVersions, preflight } from './preflight.ts'

const network = (change: Partial<NetworkMoveFacts> = {}): NetworkMoveFacts => ({
  name: 'default',
  active: true,
  forward: 'nat',
  xml: `<network>
  <name>default</name>
  <uuid>a6a6a6a6-0000-4000-8000-000000000001</uuid>
  <forward mode='nat'/>
  <bridge name='virbr0' stp='on' delay='0'/>
  <mac address='52:54:00:aa:bb:cc'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'/>
</network>`,
  ...change,
})
const pool = (change: Partial<PoolMoveFacts> = {}): PoolMoveFacts => ({
  name: 'images',
  active: true,
  type: 'dir',
  path: '/var/lib/libvirt/images',
  origin: null,
  availableBytes: 1e9,
  xml: `<pool type='dir'>
  <name>images</name>
  <uuid>b6a6a6a6-0000-4000-8000-000000000001</uuid>
  <capacity unit='bytes'>100</capacity>
  <target><path>/var/lib/libvirt/images</path></target>
</pool>`,
  ...change,
})
const host = (name: string, change: Partial<HostMoveFacts> = {}): HostMoveFacts => ({
  host: name,
  name,
  online: true,
  hostUuid: `uuid-of-${name}`,
  hostname: name,
  versions: { libvirt: '9.0.0', hypervisor: '7.2.22' },
  machines: [
    {
      arch: 'x86_64',
      emulator: '/usr/bin/qemu-system-x86_64',
      domainTypes: ['qemu', 'kvm'],
      names: ['pc-q35-7.2', 'q35'],
    },
  ],
  availableKiB: 8e6,
  totalKiB: 16e6,
  promisedKiB: 1e6,
  freePages: [],
  networks: [network()],
  pools: [pool()],
  domains: [],
  ...change,
})
const domain: DomainMoveFacts = {
  uuid: 'u1',
  name: 'web1',
  state: 'running',
  virtType: 'kvm',
  arch: 'x86_64',
  machine: 'pc-q35-7.2',
  emulator: '/usr/bin/qemu-system-x86_64',
  cpuMode: 'custom',
  memoryKiB: 1e6,
  maximumKiB: 2e6,
  hugepages: false,
  hostDevices: 0,
  disks: [],
  interfaces: [{ type: 'network', source: 'default' }],
}
const disk = {
  target: 'vda',
  device: 'disk',
  type: 'file',
  source: '/var/lib/libvirt/images/web1.qcow2',
  readOnly: false,
  bytes: 5e8,
}
const meeting: MeetingFacts = {
  cpu: 'superset',
  cpuWords: null,
  present: new Map(),
  port: 'open',
}

interface Change {
  domain?: Partial<DomainMoveFacts>
  source?: Partial<HostMoveFacts>
  target?: Partial<HostMoveFacts>
  meeting?: Partial<MeetingFacts>
}
const judge = (change: Change = {}) =>
  preflight(
    { ...domain, ...change.domain },
    host('alpha', change.source),
    host('beta', change.target),
    { ...meeting, ...change.meeting },
  )

describe('pre-flight', () => {
  test('nothing in the way', () => {
    const target = judge()
    expect(target.findings.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(target).toMatchObject({ level: 'ok', freeKiB: 8e6, freeAfterKiB: 7e6 })
  })

  const cases: [PreflightCode, 'warning' | 'error', Change][] = [
    ['host-offline', 'error', { target: { online: false } }],
    ['host-source-offline', 'error', { source: { online: false } }],
    ['host-same-uuid', 'error', { target: { hostUuid: 'uuid-of-alpha' } }],
    [
      'uuid-running',
      'error',
      { target: { domains: [{ uuid: 'u1', name: 'web1', active: true }] } },
    ],
    [
      'uuid-defined',
      'warning',
      { target: { domains: [{ uuid: 'u1', name: 'web1', active: false }] } },
    ],
    [
      'name-taken',
      'error',
      { target: { domains: [{ uuid: 'u2', name: 'web1', active: false }] } },
    ],
    ['machine-missing', 'error', { domain: { machine: 'pc-q35-9.0' } }],
    ['machine-unknown', 'warning', { target: { machines: null } }],
    ['emulator-missing', 'error', { domain: { arch: 'aarch64' } }],
    [
      'virt-type-missing',
      'error',
      {
        target: {
          machines: [
            {
              arch: 'x86_64',
              emulator: '/usr/bin/qemu-system-x86_64',
              domainTypes: ['qemu'],
              names: ['pc-q35-7.2'],
            },
          ],
        },
      },
    ],
    ['cpu-incompatible', 'error', { meeting: { cpu: 'incompatible' } }],
    ['cpu-unknown', 'warning', { meeting: { cpu: null, cpuWords: 'no' } }],
    ['cpu-passthrough-differs', 'warning', { domain: { cpuMode: 'host-passthrough' } }],
    [
      'libvirt-older',
      'warning',
      { target: { versions: { libvirt: '8.10.0', hypervisor: '7.2.22' } } },
    ],
    [
      'qemu-older',
      'warning',
      { target: { versions: { libvirt: '9.0.0', hypervisor: '7.2.9' } } },
    ],
    ['memory-short', 'error', { target: { availableKiB: 1e6 } }],
    ['memory-overcommitted', 'warning', { target: { promisedKiB: 15e6 } }],
    ['hugepages-short', 'error', { domain: { hugepages: true } }],
    ['network-missing', 'error', { target: { networks: [] } }],
    ['network-inactive', 'error', { target: { networks: [network({ active: false })] } }],
    [
      'network-other-kind',
      'warning',
      { target: { networks: [network({ forward: 'isolated' })] } },
    ],
    [
      'bridge-unknown',
      'warning',
      { domain: { interfaces: [{ type: 'bridge', source: 'br0' }] } },
    ],
    ['storage-copy', 'warning', { domain: { disks: [disk] } }],
    ['storage-no-pool', 'error', { domain: { disks: [disk] }, target: { pools: [] } }],
    [
      'storage-pool-inactive',
      'error',
      { domain: { disks: [disk] }, target: { pools: [pool({ active: false })] } },
    ],
    [
      'storage-no-room',
      'error',
      { domain: { disks: [disk] }, target: { pools: [pool({ availableBytes: 1e8 })] } },
    ],
    [
      'storage-same-path',
      'warning',
      { domain: { disks: [disk] }, meeting: { present: new Map([[disk.source, 1]]) } },
    ],
    [
      'storage-medium-missing',
      'error',
      { domain: { disks: [{ ...disk, device: 'cdrom', source: '/iso/a.iso' }] } },
    ],
    [
      'storage-outside',
      'error',
      { domain: { disks: [{ ...disk, type: 'block', source: '/dev/sdb' }] } },
    ],
    ['devices-hostdev', 'error', { domain: { hostDevices: 1 } }],
    ['port-closed', 'error', { meeting: { port: 'closed' } }],
    ['port-unknown', 'warning', { meeting: { port: 'unknown' } }],
    ['port-local-name', 'error', { target: { hostname: 'localhost.localdomain' } }],
    ['tcg', 'warning', { domain: { virtType: 'qemu' } }],
  ]
  test.each(cases)('%s is a %s', (code, level, change) => {
    const target = judge(change)
    expect(target.findings).toContainEqual(expect.objectContaining({ code, level }))
    expect(target.level).toBe(level)
  })

  test('an emulated CPU only loses features, so that is a warning', () => {
    const target = judge({
      domain: { virtType: 'qemu' },
      meeting: { cpu: 'incompatible' },
    })
    expect(target.level).toBe('warning')
  })

  test('a missing network is offered with its XML, without what is the other host’s own', () => {
    const missing = judge({ target: { networks: [] } })
    const remedy = missing.findings.find(({ code }) => code === 'network-missing')?.remedy
    expect(remedy).toMatchObject({ kind: 'define-network', name: 'default' })
    const xml = remedy && 'xml' in remedy ? remedy.xml : ''
    expect(xml).toContain("<forward mode='nat'/>")
    expect(xml).toContain("<bridge stp='on' delay='0'/>")
    expect(xml).not.toMatch(/uuid|mac address|virbr0/)
  })

  test('a network over a bridge of the host keeps the name of the bridge', () => {
    const bridged = network({
      forward: 'bridge',
      xml: "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>",
      name: 'lan',
    })
    const target = judge({
      domain: { interfaces: [{ type: 'network', source: 'lan' }] },
      source: { networks: [bridged] },
      target: { networks: [] },
    })
    const remedy = target.findings.find(({ code }) => code === 'network-missing')?.remedy
    expect(remedy && 'xml' in remedy && remedy.xml).toContain("<bridge name='br0'/>")
  })

  test('a missing pool is offered with its XML, without how full it was', () => {
    const target = judge({ domain: { disks: [disk] }, target: { pools: [] } })
    const remedy = target.findings.find(({ code }) => code === 'storage-no-pool')?.remedy
    expect(remedy).toMatchObject({ kind: 'define-pool', name: 'images' })
    expect(remedy && 'xml' in remedy && remedy.xml).not.toMatch(/uuid|capacity/)
  })

  test('storage of the same server and folder is shared, and nothing is copied', () => {
    const nfs = pool({ type: 'netfs', origin: 'nas:/vms' })
    const target = judge({
      domain: { disks: [disk] },
      source: { pools: [nfs] },
      target: { pools: [nfs] },
    })
    expect(target).toMatchObject({ level: 'ok', copyBytes: 0, copyDisks: [] })
  })

  test('what must be copied is counted', () => {
    expect(judge({ domain: { disks: [disk] } })).toMatchObject({
      copyBytes: 5e8,
      copyDisks: ['vda'],
    })
  })

  test('a stopped domain needs no memory, no port and no TCG warning', () => {
    const target = judge({
      domain: { state: 'shut-off', virtType: 'qemu' },
      target: { availableKiB: 10 },
      meeting: { port: 'closed' },
    })
    expect(target.level).toBe('ok')
  })

  test('the best target comes first', () => {
    const [good, copying, bad] = [
      judge(),
      judge({ domain: { disks: [disk] } }),
      judge({ target: { online: false } }),
    ]
    expect([bad, copying, good].toSorted(byFitness)).toEqual([good, copying, bad])
  })

  test('versions are compared by number', () => {
    expect(compareVersions('10.0.0', '9.10.0')).toBeGreaterThan(0)
    expect(compareVersions('7.2.9', '7.2.22')).toBeLessThan(0)
  })
})
