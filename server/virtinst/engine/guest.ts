import type { GuestChoice } from '../host/capabilities.ts'
import type { DomainCapabilities } from '../host/domain-capabilities.ts'
import type { HostIndex } from '../host/host-index.ts'
import type {
  EngineContext,
  Origin,
  StorageStep,
  VirtInstallError,
  VirtInstallOptions,
} from '../model.ts'
import {
  byDefault,
  element,
  ensure,
  findAll,
  get,
  set,
  shape,
  type XmlElement,
} from '../xml/tree.ts'
import { OsProfile } from './os-profile.ts'

/** What a disk needs besides its XML. */
export interface DiskState {
  xml: XmlElement
  /** The text of its option, for messages; null: made by default. */
  use: number | null
  /** It will be created: what `storage` plans. */
  isNew: boolean
  /** The CD that is there for the installation only. */
  isInstallMedia: boolean
  sizeBytes: number | null
  steps: StorageStep[]
}

/** A path of `--xml` or `xpath.…`, to be done after everything else. */
export interface XpathChange {
  at: XmlElement
  kind: 'set' | 'create' | 'delete'
  path: string
  value: string | null
  origin: Origin
}

/** The domain as it is being put together. */
export class Guest {
  readonly root: XmlElement
  readonly devices: XmlElement
  readonly index: HostIndex
  readonly context: EngineContext
  readonly options: VirtInstallOptions
  os = new OsProfile(null)
  choice!: GuestChoice
  /** Device kinds whose default is switched off (`--sound none`). */
  readonly without = new Set<string>()
  readonly disks: DiskState[] = []
  readonly warnings: string[] = []
  /** What virt-install finds out only when it makes things. */
  readonly lateErrors: VirtInstallError[] = []
  readonly notes: string[] = []
  readonly xpathChanges: XpathChange[] = []
  /** `--boot hd,cdrom,…`, in the order typed. */
  bootDevices: { dev: string; origin: Origin }[] = []
  wantsUefi = false
  /** `--boot uefi=off`, or firmware is settled otherwise. */
  refusesUefi = false
  /** --cpu was used, so that it is not set by default. */
  cpuIsSet = false
  cpuSecure = true
  pcieRootPorts: number | null = null
  readonly checks = { pathInUse: true, diskSize: true, pathExists: true, macInUse: true }
  /** MACs given in this domain already. */
  readonly macs = new Set<string>()

  constructor(index: HostIndex, context: EngineContext, options: VirtInstallOptions) {
    this.index = index
    this.context = context
    this.options = options
    this.root = element('domain')
    this.devices = element('devices')
    this.devices.present = true
    this.root.children.push(this.devices)
  }

  get(path: string): string | undefined {
    return get(this.root, path)
  }

  set(path: string, value: string | undefined, origin: Origin = byDefault): void {
    set(this.root, path, value, origin)
  }

  /** Sets a value that nobody asked for, unless it is there. */
  fill(path: string, value: string): void {
    if (get(this.root, path) === undefined) this.set(path, value)
  }

  devicesOf(kind: string): XmlElement[] {
    return findAll(this.devices, kind)
  }

  /** A new device at the end of its kind. */
  addDevice(kind: string, origin: Origin = byDefault): XmlElement {
    const made = element(kind, origin)
    made.present = true
    this.devices.children.push(made)
    return made
  }

  /** A device that nobody asked for, with these values. */
  addDefault(kind: string, values: Record<string, string>): XmlElement {
    const made = this.addDevice(kind)
    for (const [path, value] of Object.entries(values)) set(made, path, value, byDefault)
    return made
  }

  get virtType(): string {
    return this.get('@type') ?? ''
  }

  get arch(): string {
    return this.get('os/type/@arch') ?? ''
  }

  get machine(): string {
    return this.get('os/type/@machine') ?? ''
  }

  get osType(): string {
    return this.get('os/type') ?? 'hvm'
  }

  get name(): string {
    return this.get('name') ?? ''
  }

  get isX86(): boolean {
    return this.arch === 'x86_64' || this.arch === 'i686'
  }

  get isArm(): boolean {
    return this.arch === 'aarch64'
  }

  get isQ35(): boolean {
    return this.isX86 && (this.machine === 'q35' || /^pc-q35(-|$)/.test(this.machine))
  }

  /** Machines with PCI Express: devices may be the newer ones. */
  get isPcie(): boolean {
    return this.isQ35 || (this.isArm && /^virt(-|$)/.test(this.machine))
  }

  get isUefi(): boolean {
    return (
      this.get('os/@firmware') === 'efi' ||
      (this.get('os/loader') !== undefined && this.get('os/loader/@type') === 'pflash')
    )
  }

  get domainCapabilities(): DomainCapabilities {
    return this.index.domainCapabilities(this.virtType, this.arch, this.machine)
  }

  /** Whether nobody asked for this device and nobody switched it off. */
  wantsDefault(kind: string): boolean {
    return !this.without.has(kind) && this.devicesOf(kind).length === 0
  }

  hasSpice(): boolean {
    return this.devicesOf('graphics').some((graphics) => get(graphics, '@type') === 'spice')
  }

  usbIsOff(): boolean {
    return this.devicesOf('controller').some(
      (controller) =>
        get(controller, '@type') === 'usb' && get(controller, '@model') === 'none',
    )
  }

  ensure(path: string): XmlElement {
    return ensure(this.root, path, shape)
  }
}
