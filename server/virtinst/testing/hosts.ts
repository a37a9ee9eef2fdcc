import type { HostFacts, PoolFacts, VolumeFacts } from '../host-facts.ts'
import type { EngineContext } from '../model.ts'
import type { OsDatabase, OsDevice, OsFacts } from '../os-facts.ts'

/** A made-up host: KVM, UEFI, SPICE, one pool. Not a recording of any. */
const capabilities = (types: readonly string[]) => `<capabilities>
  <host><cpu><arch>x86_64</arch><model>Skylake-Client</model></cpu>
    <secmodel><model>apparmor</model></secmodel></host>
  <guest><os_type>hvm</os_type><arch name='x86_64'>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <machine maxCpus='255'>pc-i440fx-8.2</machine>
    <machine canonical='pc-i440fx-8.2' maxCpus='255'>pc</machine>
    <machine maxCpus='288'>pc-q35-8.2</machine>
    <machine canonical='pc-q35-8.2' maxCpus='288'>q35</machine>
    ${types.map((type) => `<domain type='${type}'/>`).join('')}</arch>
    <features><acpi default='on' toggle='yes'/><apic default='on' toggle='no'/></features>
  </guest>
</capabilities>`

const enumOf = (name: string, values: readonly string[]) =>
  `<enum name='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</enum>`

export interface FakeHost {
  types?: readonly string[]
  graphics?: readonly string[]
  firmware?: readonly string[]
  tpm?: boolean
  domains?: HostFacts['domains']
  volumes?: readonly VolumeFacts[]
}

const domainCapabilities = ({ graphics, firmware, tpm = true }: FakeHost) => `
<domainCapabilities><arch>x86_64</arch>
  <os supported='yes'>${enumOf('firmware', firmware ?? ['efi'])}<loader supported='yes'/></os>
  <cpu><mode name='host-passthrough' supported='yes'>
      ${enumOf('hostPassthroughMigratable', ['on', 'off'])}</mode>
    <mode name='maximum' supported='yes'/></cpu>
  <devices>
    <graphics supported='yes'>${enumOf('type', graphics ?? ['vnc', 'spice'])}</graphics>
    <video supported='yes'>${enumOf('modelType', ['vga', 'qxl', 'virtio', 'bochs'])}</video>
    <tpm supported='yes'>${enumOf('model', ['tpm-tis', 'tpm-crb'])}
      ${enumOf('backendModel', tpm ? ['emulator'] : [])}</tpm>
    <redirdev supported='yes'>${enumOf('bus', ['usb'])}</redirdev>
    <channel supported='yes'>${enumOf('type', ['unix', 'spicevmc'])}</channel>
  </devices>
  <features><hyperv supported='yes'>
    ${enumOf('features', ['relaxed', 'vapic', 'spinlocks', 'vpindex', 'synic', 'stimer'])}
  </hyperv></features>
</domainCapabilities>`

const gibibyte = 1024 ** 3

export function volume(name: string, values: Partial<VolumeFacts> = {}): VolumeFacts {
  return {
    name,
    path: `/srv/vm/${name}`,
    type: 'file',
    format: 'qcow2',
    capacityBytes: 10 * gibibyte,
    allocationBytes: gibibyte,
    backingPath: null,
    backingFormat: null,
    ...values,
  }
}

export function fakeHost(options: FakeHost = {}): HostFacts {
  const pool: PoolFacts = {
    name: 'vm',
    type: 'dir',
    active: true,
    targetPath: '/srv/vm',
    capacityBytes: 500 * gibibyte,
    availableBytes: 100 * gibibyte,
    xml: '<pool type="dir"><name>vm</name><target><path>/srv/vm</path></target></pool>',
    volumes: options.volumes ?? [
      volume('web.qcow2'),
      volume('installer.iso', { format: 'iso' }),
    ],
  }
  return {
    uri: 'qemu:///system',
    hypervisorVersion: 8_002_000,
    libvirtVersion: 10_000_000,
    hostname: 'made-up',
    home: '/root',
    defaultBridge: null,
    isLocal: true,
    capabilitiesXml: capabilities(options.types ?? ['qemu', 'kvm']),
    domainCapabilities: { default: domainCapabilities(options) },
    cpuBaselines: {},
    domains: options.domains ?? [],
    pools: [pool],
    networks: [{ name: 'default', xml: '<network><name>default</name></network>' }],
    nodeDevices: [],
    blockDevices: { '/dev/sdx': 4 * gibibyte },
    media: [],
  }
}

const pci = (id: string): OsDevice => ({
  id: `http://pcisig.com/pci/1af4/${id}`,
  name: id,
  class: 'virtio',
})

/** A Linux that drives everything. */
const modern: OsFacts = {
  id: 'http://example.org/ark/1',
  shortIds: ['ark1'],
  name: 'Ark 1',
  family: 'linux',
  distro: 'ark',
  version: '1',
  releaseDate: null,
  eolDate: null,
  resources: [
    { kind: 'minimum', arch: 'all', cpus: 1, ramBytes: 512 * 1024 ** 2 },
    {
      kind: 'recommended',
      arch: 'x86_64',
      cpus: 3,
      ramBytes: 1536 * 1024 ** 2,
      storageBytes: 12 * gibibyte,
    },
  ],
  devices: [
    ...['1041', '1042', '1043', '1044', '1045', '1048', '1050'].map(pci),
    { id: 'http://qemu.org/chipset/x86/q35', name: 'q35', class: 'chipset' },
    { id: 'http://pcisig.com/pci/1b36/0004', name: 'xhci', class: 'usb' },
  ],
  firmware: [],
  trees: [],
  hasInstallScripts: false,
}

const windows: OsFacts = {
  ...modern,
  id: 'http://example.org/panes/9',
  shortIds: ['panes9'],
  family: 'winnt',
  devices: modern.devices.slice(-2),
}

export const osDatabase: OsDatabase = {
  byShortId: (name) => [modern, windows].find(({ shortIds }) => shortIds.includes(name)),
  byId: (id) => [modern, windows].find((os) => os.id === id),
  detectMedia: ({ volumeId }) =>
    volumeId === 'ARK_1' ? { os: modern, arch: 'x86_64', live: false } : undefined,
  list: () => [],
}

/** Bytes that are told apart and the same in each run. */
export function counting(): (count: number) => Uint8Array {
  let next = 1
  return (count) => Uint8Array.from({ length: count }, () => next++ % 256)
}

export const contextOf = (
  facts: HostFacts,
  more: Partial<EngineContext> = {},
): EngineContext => ({ facts, osDatabase, randomBytes: counting(), ...more })
