import type { OsFacts, OsResources } from '../os-facts.ts'

const pci = (id: string) => `http://pcisig.com/pci/${id}`

/** Device ids of the OS database: the transitional one and, where there is, the virtio 1.0 one. */
const deviceIds = {
  'virtio-net': [pci('1af4/1000'), pci('1af4/1041')],
  'virtio-block': [pci('1af4/1001'), pci('1af4/1042')],
  'virtio-balloon': [pci('1af4/1002'), pci('1af4/1045')],
  'virtio-console': [pci('1af4/1003'), pci('1af4/1043')],
  'virtio-scsi': [pci('1af4/1004'), pci('1af4/1048')],
  'virtio-rng': [pci('1af4/1005'), pci('1af4/1044')],
  'virtio-gpu': [pci('1af4/1050')],
  'virtio-input': [pci('1af4/1052')],
  'virtio1-net': [pci('1af4/1041')],
  usb3: [pci('1b36/0004')],
  q35: ['http://qemu.org/chipset/x86/q35'],
} as const

export type KnownDevice = keyof typeof deviceIds

/** Emulated network cards, best first; what an OS without virtio is given on i440fx. */
const classicNics = ['e1000', 'rtl8139', 'ne2k_pci', 'pcnet']

/** What the defaults ask of an operating system. `generic` knows nothing. */
export class OsProfile {
  readonly facts: OsFacts | null
  readonly #devices: ReadonlySet<string>

  constructor(facts: OsFacts | null) {
    this.facts = facts
    this.#devices = new Set(facts?.devices.map(({ id }) => id) ?? [])
  }

  get shortId(): string {
    return this.facts?.shortIds[0] ?? 'generic'
  }

  get label(): string {
    return this.facts ? this.shortId : 'generic'
  }

  knows(device: KnownDevice): boolean {
    return deviceIds[device].some((id) => this.#devices.has(id))
  }

  /** q35 is only for systems that drive its virtio 1.0 devices. */
  get knowsQ35(): boolean {
    return this.knows('q35') && (!this.knows('virtio-net') || this.knows('virtio1-net'))
  }

  get classicNic(): string {
    const nics = new Set(
      this.facts?.devices
        .filter((device) => device.class === 'net')
        .map(({ name }) => (name === 'ne2k-pci' ? 'ne2k_pci' : name)) ?? [],
    )
    return classicNics.find((name) => nics.has(name)) ?? 'e1000'
  }

  get isWindows(): boolean {
    return ['win9x', 'winnt', 'win16'].includes(this.facts?.family ?? '')
  }

  get wantsLocalTime(): boolean {
    return this.isWindows || this.facts?.family === 'solaris'
  }

  /** The OS has given BIOS up: EFI is listed and BIOS is marked as unsupported. */
  requiresUefi(arch: string): boolean {
    const firmware = this.facts?.firmware.filter((entry) => entry.arch === arch) ?? []
    return (
      firmware.some(({ type, supported }) => type === 'efi' && supported) &&
      firmware.some(({ type, supported }) => type === 'bios' && !supported)
    )
  }

  /** A recommended figure: by arch, then for all; where only a minimum is known, twice that. */
  recommended(
    what: 'ramBytes' | 'cpus' | 'storageBytes',
    arch: string,
  ): number | undefined {
    const own = this.#resource('recommended', what, arch)
    if (own !== undefined) return own
    const minimum = this.#resource('minimum', what, arch)
    return minimum === undefined ? undefined : minimum * 2
  }

  minimum(what: 'ramBytes' | 'cpus' | 'storageBytes', arch: string): number | undefined {
    return this.#resource('minimum', what, arch)
  }

  networkInstallRamBytes(arch: string): number | undefined {
    return this.#resource('network-install', 'ramBytes', arch)
  }

  #resource(
    kind: OsResources['kind'],
    what: 'ramBytes' | 'cpus' | 'storageBytes',
    arch: string,
  ): number | undefined {
    const entries = this.facts?.resources.filter((entry) => entry.kind === kind) ?? []
    for (const name of [arch, 'all']) {
      for (const entry of entries) {
        const value = entry[what]
        if (entry.arch === name && value !== undefined && value > 0) return value
      }
    }
    return undefined
  }
}
