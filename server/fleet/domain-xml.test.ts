import { expect, test } from 'vitest'

import { readDomainXml } from './domain-xml.ts'

const xml = (inside: string, devices = '') =>
  `<domain type='kvm'><name>vm</name>${inside}<devices>${devices}</devices></domain>`

test('reads what is shown', () => {
  const facts = readDomainXml(
    xml(
      `<title>T</title><memory unit='MiB'>256</memory><currentMemory unit='KiB'>131072</currentMemory>
       <vcpu current='1'>4</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os>`,
      `<emulator>/usr/bin/qemu</emulator>
       <disk type='volume' device='disk'><source pool='default' volume='a.img'/><target dev='vda' bus='virtio'/></disk>
       <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default' bridge='virbr0'/><model type='virtio'/></interface>
       <graphics type='vnc'/><memballoon model='virtio' autodeflate='on'><stats period='5'/></memballoon>`,
    ),
  )
  expect(facts).toMatchObject({
    name: 'vm',
    title: 'T',
    virtType: 'kvm',
    maximumKiB: 262_144,
    currentKiB: 131_072,
    vcpus: 1,
    vcpusMaximum: 4,
    arch: 'x86_64',
    machine: 'q35',
    osType: 'hvm',
    emulator: '/usr/bin/qemu',
    disks: [{ target: 'vda', device: 'disk', source: 'default/a.img', bus: 'virtio' }],
    interfaces: [
      { mac: '52:54:00:00:00:01', type: 'network', source: 'default', model: 'virtio' },
    ],
    graphics: ['vnc'],
    balloonModel: 'virtio',
    autodeflate: true,
    statsPeriodSeconds: 5,
  })
})

test('a domain without balloon, and one with none', () => {
  expect(readDomainXml(xml(''))!.balloonModel).toBeNull()
  expect(readDomainXml(xml('', `<memballoon model='none'/>`))!.balloonModel).toBeNull()
})

test.each([
  ['nothing', ''],
  ['not XML', '<domain><name>'],
  ['another root', '<network/>'],
  [
    'an entity bomb',
    '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><domain>&b;</domain>',
  ],
  ['5 MB', `<domain>${' '.repeat(5e6)}</domain>`],
])('%s is no domain', (_name, text) => {
  expect(readDomainXml(text)).toBeNull()
})

test('hostile text is kept as text, bounded', () => {
  const facts = readDomainXml(
    xml(
      `<title>&lt;script&gt;alert(1)&lt;/script&gt;</title><description>${'d'.repeat(1e5)}</description>`,
    ),
  )!
  expect(facts.title).toBe('<script>alert(1)</script>')
  expect(facts.description).toHaveLength(4096)
})

test.each([
  ['<locked/>', 'locked'],
  ["<locked/><source type='anonymous'/>", 'locked'],
  ["<locked/><source type='memfd'/>", null],
  ["<locked/><source type='memfd'/><access mode='private'/>", 'locked'],
  ["<locked/><source type='file'/>", 'locked'],
  ["<locked/><source type='file'/><access mode='shared'/>", null],
  ['<hugepages/>', 'hugepages'],
  ["<hugepages/><locked/><source type='memfd'/>", 'hugepages'],
  ["<source type='memfd'/><access mode='shared'/>", null],
])('memory backed by %s: inhibited by %s', (backing, inhibitedBy) => {
  const facts = readDomainXml(xml(`<memoryBacking>${backing}</memoryBacking>`))
  expect(facts).toMatchObject({ inhibitedBy, hugePages: backing.includes('huge') })
})
