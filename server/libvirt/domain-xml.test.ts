import { describe, expect, test } from 'vitest'

import { parseCapabilities } from './capabilities.ts'
import { parseDomainXml } from './domain-xml.ts'
import { parseXml, sizeKiB, XmlError } from './xml.ts'

const xml = `<domain type='kvm' id='3'>
  <name>db &amp; co</name>
  <uuid>036e0c50-c814-5138-ac33-24fa03873e38</uuid>
  <title>&lt;script&gt;</title>
  <memory unit='GiB'>4</memory>
  <currentMemory unit='KiB'>2097152</currentMemory>
  <maxMemory slots='4' unit='MiB'>8192</maxMemory>
  <memoryBacking><hugepages/></memoryBacking>
  <vcpu placement='static' current='2'>4</vcpu>
  <cpu mode='custom'><model>EPYC</model></cpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='volume' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/>
      <source pool='default' volume='db.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='bridge'>
      <mac address='52:54:00:00:00:01'/><source bridge='br0'/><target dev='vnet3'/>
      <model type='virtio'/><alias name='net0'/>
    </interface>
    <graphics type='vnc' port='-1' autoport='yes'><listen type='address' address='::1'/></graphics>
    <memballoon model='virtio' autodeflate='on' freePageReporting='on'>
      <stats period='5'/>
    </memballoon>
    <hostdev mode='subsystem' type='pci'/>
  </devices>
</domain>`

describe('domain XML', () => {
  test('is read', () => {
    expect(parseDomainXml(xml)).toEqual({
      type: 'kvm',
      id: 3,
      name: 'db & co',
      uuid: '036e0c50-c814-5138-ac33-24fa03873e38',
      title: '<script>',
      description: null,
      memoryKiB: 4_194_304,
      currentMemoryKiB: 2_097_152,
      ramBlocksKiB: [4_194_304],
      maxMemoryKiB: 8_388_608,
      memorySlots: { total: 4, used: 0 },
      pins: { vfio: true, vdpa: false },
      vcpus: 4,
      vcpusCurrent: 2,
      os: { type: 'hvm', arch: 'x86_64', machine: 'pc-q35-7.2' },
      emulator: '/usr/bin/qemu-system-x86_64',
      balloon: {
        model: 'virtio',
        statsPeriodSeconds: 5,
        autodeflate: true,
        freePageReporting: true,
      },
      hugepages: true,
      locked: false,
      memoryShared: false,
      disks: [
        {
          target: 'vda',
          bus: 'virtio',
          device: 'disk',
          type: 'volume',
          source: 'default/db.qcow2',
          format: 'qcow2',
          readOnly: false,
          shareable: false,
          cache: 'none',
          alias: null,
        },
        {
          target: 'sda',
          bus: 'sata',
          device: 'cdrom',
          type: 'file',
          source: null,
          format: null,
          readOnly: true,
          shareable: false,
          cache: null,
          alias: null,
        },
      ],
      interfaces: [
        {
          mac: '52:54:00:00:00:01',
          type: 'bridge',
          source: 'br0',
          target: 'vnet3',
          model: 'virtio',
          alias: 'net0',
        },
      ],
      graphics: [{ type: 'vnc', port: null, listen: '::1' }],
      cpu: {
        mode: 'custom',
        xml: "<cpu mode='custom'><model>EPYC</model></cpu>",
      },
      hostDevices: 1,
      numa: expect.objectContaining({ vcpuPlacement: 'static', hugePageKiB: 0 }),
    })
  })

  test('a CPU that is only a topology is none that was chosen', () => {
    const topology = "<domain><name>a</name><cpu><topology sockets='1'/></cpu></domain>"
    expect(parseDomainXml(topology).cpu).toBeNull()
    const chosen = "<domain><name>a</name><cpu mode='host-passthrough'/></domain>"
    expect(parseDomainXml(chosen).cpu?.mode).toBe('host-passthrough')
  })

  test('a domain without a balloon, or with none, has none', () => {
    const none = { model: 'none', statsPeriodSeconds: 0 }
    expect(parseDomainXml('<domain><name>a</name></domain>').balloon).toMatchObject(none)
    const written =
      "<domain><name>a</name><devices><memballoon model='none'/></devices></domain>"
    expect(parseDomainXml(written).balloon).toMatchObject(none)
  })

  test.each([
    ["<memory unit='KiB'>1</memory>", 1],
    ['<memory>2048</memory>', 2_048],
    ["<memory unit='b'>1025</memory>", 2],
    ["<memory unit='MB'>1</memory>", 977],
    ["<memory unit='M'>1</memory>", 1_024],
    ["<memory unit='TiB'>1</memory>", 1_073_741_824],
  ])('%s is %i KiB', (memory, expected) => {
    expect(sizeKiB(parseXml(memory, 'memory'))).toBe(expected)
  })

  test.each([
    ['a DTD', '<!DOCTYPE domain [<!ENTITY a "b">]><domain><name>&a;</name></domain>'],
    ['an external entity', '<!doctype d SYSTEM "file:///etc/passwd"><domain/>'],
    ['an unknown entity', '<domain><name>&boom;</name></domain>'],
    ['an open element', '<domain><name>a</domain>'],
    ['two roots', '<domain/><domain/>'],
    ['nothing', ''],
    ['no XML', 'hello'],
    ['another root', '<network><name>a</name></network>'],
    ['no name', '<domain/>'],
    ['a size that is none', '<domain><name>a</name><memory>much</memory></domain>'],
    [
      'a unit that is none',
      "<domain><name>a</name><memory unit='acre'>1</memory></domain>",
    ],
    ['5 MB', `<domain><name>${'a'.repeat(5_000_000)}</name></domain>`],
  ])('%s is refused', (_name, text) => {
    expect(() => parseDomainXml(text)).toThrow(XmlError)
  })

  test('the place of a mistake is told', () => {
    try {
      parseDomainXml('<domain>\n<name>a</name>\n<x></y>\n</domain>')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'xml', line: 3 })
    }
  })
})

test('capabilities are read', () => {
  const capabilities = parseCapabilities(`<capabilities><host>
    <uuid>94b9523d-83d7-5868-b44b-0136330382cb</uuid>
    <cpu><arch>x86_64</arch><model>EPYC</model><vendor>AMD</vendor>
      <topology sockets='1' dies='1' cores='2' threads='4'/>
      <pages unit='KiB' size='4'/><pages unit='KiB' size='2048'/></cpu>
    <migration_features><live/></migration_features>
    <topology><cells num='1'><cell id='0'><memory unit='KiB'>8087756</memory>
      <pages unit='KiB' size='4'>2021939</pages>
      <distances><sibling id='0' value='10'/></distances><cpus num='2'>
      <cpu id='0' socket_id='0' siblings='0'/><cpu id='1' socket_id='0' siblings='1'/>
      </cpus></cell></cells></topology>
    </host>
    <guest><os_type>hvm</os_type><arch name='x86_64'><emulator>/usr/bin/q</emulator>
      <machine canonical='pc-q35-7.2'>q35</machine>
      <domain type='qemu'/><domain type='kvm'><machine>pc</machine></domain></arch></guest></capabilities>`)
  expect(capabilities).toEqual({
    hostUuid: '94b9523d-83d7-5868-b44b-0136330382cb',
    arch: 'x86_64',
    cpuModel: 'EPYC',
    cpuVendor: 'AMD',
    topology: { sockets: 1, dies: 1, cores: 2, threads: 4 },
    numaCells: [
      {
        id: 0,
        memoryKiB: 8_087_756,
        cpus: 2,
        cpuList: [
          { id: 0, siblings: '0' },
          { id: 1, siblings: '1' },
        ],
        distances: [{ cell: 0, value: 10 }],
        pages: [{ sizeKiB: 4, count: 2_021_939 }],
      },
    ],
    pageSizesKiB: [4, 2_048],
    liveMigration: true,
    guests: [
      {
        arch: 'x86_64',
        emulator: '/usr/bin/q',
        domainTypes: ['qemu', 'kvm'],
        machines: ['q35', 'pc-q35-7.2', 'pc'],
      },
    ],
  })
})
