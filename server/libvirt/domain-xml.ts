import { parseDomainNuma } from './domain-numa-xml.ts'
import type { DomainNumaXml } from './domain-numa-xml.ts'
import {
  attribute,
  child,
  children,
  integer,
  parseXml,
  sizeKiB,
  sourceOf,
  textOf,
  XmlError,
} from './xml.ts'
import type { XmlElement } from './xml.ts'

export type BalloonModel =
  | 'virtio'
  | 'virtio-transitional'
  | 'virtio-non-transitional'
  | 'none'

export interface BalloonXml {
  /** As written, mostly BalloonModel; `none` also when the domain has no such element. */
  model: string
  /** 0 = the guest is not asked to report. */
  statsPeriodSeconds: number
  /** The balloon shrinks by itself when the guest runs out of memory. */
  autodeflate: boolean
  freePageReporting: boolean
}

export interface DiskXml {
  /** `vda`. */
  target: string
  bus: string | null
  /** `disk`, `cdrom`, `floppy`, `lun`. */
  device: string
  /** `file`, `block`, `volume`, `network`, … */
  type: string
  /** File, device, `pool/volume` or `protocol:name`; null = empty drive. */
  source: string | null
  /** `qcow2`, `raw`, … */
  format: string | null
  readOnly: boolean
  shareable: boolean
  /** virtio with `<driver cache=…>`, as written. */
  cache: string | null
  alias: string | null
}

export interface InterfaceXml {
  mac: string | null
  /** `network`, `bridge`, `user`, `direct`, `hostdev`, … */
  type: string
  /** Name of the network, bridge or host device. */
  source: string | null
  /** `vnet0`; only while running. */
  target: string | null
  model: string | null
  alias: string | null
}

export interface GraphicsXml {
  /** `vnc`, `spice`. */
  type: string
  /** null while it is not assigned. */
  port: number | null
  listen: string | null
}

export interface DomainXml {
  /** `qemu` = emulated (TCG), `kvm`. */
  type: string
  /** null = not running. */
  id: number | null
  name: string
  uuid: string | null
  title: string | null
  description: string | null
  /** What the guest has at boot: the balloon's upper limit. */
  memoryKiB: number
  /** The balloon's target; the whole memory when not given. */
  currentMemoryKiB: number
  /** RAM in the blocks that QEMU makes of it: one a NUMA cell and memory device. */
  ramBlocksKiB: number[]
  /** Room for memory devices; null = none can be plugged in. */
  maxMemoryKiB: number | null
  /** Slots for memory devices in all, and those taken; null = none can be plugged in. */
  memorySlots: { total: number; used: number } | null
  /** Devices that work on guest memory by themselves, so that QEMU must not give pages back. */
  pins: { vfio: boolean; vdpa: boolean }
  /** Most vCPUs. */
  vcpus: number
  /** vCPUs at boot or now. */
  vcpusCurrent: number
  os: { type: string | null; arch: string | null; machine: string | null }
  emulator: string | null
  balloon: BalloonXml
  /** Backed by huge pages: QEMU frees no part of one. RSS does not count them. */
  hugepages: boolean
  /** All memory of its QEMU is locked. */
  locked: boolean
  /** QEMU maps its memory shared: asked for, or of a memfd, which is so unless it is made private. */
  memoryShared: boolean
  disks: DiskXml[]
  interfaces: InterfaceXml[]
  graphics: GraphicsXml[]
  /** The CPU as it is asked for or, while running, as it is; null = none was chosen. */
  cpu: { mode: string; xml: string } | null
  /** Devices of the host handed to the domain: they stop migration. */
  hostDevices: number
  /** Where its memory and vCPUs may be. */
  numa: DomainNumaXml
}

/** Reads a domain's XML, the live or the inactive one. Throws XmlError. */
export function parseDomainXml(xml: string): DomainXml {
  const root = parseXml(xml, 'domain')
  const name = textOf(root, 'name')
  if (name === null) throw new XmlError('The domain has no name.')
  const devices = child(root, 'devices')
  const memoryKiB = sizeKiB(child(root, 'memory')) ?? 0
  const vcpu = child(root, 'vcpu')
  const vcpus = integer(textOf(root, 'vcpu'), 'vcpu') ?? 1
  const osType = child(root, 'os/type')
  return {
    type: attribute(root, 'type') ?? '',
    id: integer(attribute(root, 'id'), 'id'),
    name,
    uuid: textOf(root, 'uuid'),
    title: textOf(root, 'title'),
    description: textOf(root, 'description'),
    memoryKiB,
    currentMemoryKiB: sizeKiB(child(root, 'currentMemory')) ?? memoryKiB,
    ramBlocksKiB: ramBlocks(root, devices, memoryKiB),
    maxMemoryKiB: sizeKiB(child(root, 'maxMemory')),
    memorySlots: memorySlots(root, devices),
    pins: pins(devices),
    vcpus,
    vcpusCurrent: integer(attribute(vcpu, 'current'), 'vcpu current') ?? vcpus,
    os: {
      type: textOf(root, 'os/type'),
      arch: attribute(osType, 'arch'),
      machine: attribute(osType, 'machine'),
    },
    emulator: textOf(devices, 'emulator'),
    balloon: balloon(child(devices, 'memballoon')),
    hugepages: child(root, 'memoryBacking/hugepages') !== null,
    locked: child(root, 'memoryBacking/locked') !== null,
    memoryShared: memoryShared(child(root, 'memoryBacking')),
    disks: children(devices, 'disk').map(disk),
    interfaces: children(devices, 'interface').map(networkInterface),
    graphics: children(devices, 'graphics').map(graphics),
    cpu: cpu(child(root, 'cpu'), xml),
    hostDevices: children(devices, 'hostdev').length,
    numa: parseDomainNuma(root),
  }
}

/** A `<cpu>` that only has a topology or NUMA cells chooses no CPU. */
function cpu(element: XmlElement | null, xml: string): DomainXml['cpu'] {
  if (element === null) return null
  const mode = attribute(element, 'mode') ?? (child(element, 'model') ? 'custom' : null)
  return mode === null ? null : { mode, xml: sourceOf(element, xml) }
}

function ramBlocks(
  root: XmlElement,
  devices: XmlElement | null,
  memoryKiB: number,
): number[] {
  const plugged = children(devices, 'memory')
    .map((device) => sizeKiB(child(device, 'target/size')) ?? 0)
    .filter((kib) => kib > 0)
  const cells = children(child(root, 'cpu/numa'), 'cell')
    .map((cell) => integer(attribute(cell, 'memory'), 'cell memory') ?? 0)
    .filter((kib) => kib > 0)
  const rest = memoryKiB - plugged.reduce((sum, kib) => sum + kib, 0)
  return [...(cells.length > 0 ? cells : [rest]), ...plugged]
}

function memorySlots(
  root: XmlElement,
  devices: XmlElement | null,
): DomainXml['memorySlots'] {
  const total = integer(attribute(child(root, 'maxMemory'), 'slots'), 'memory slots')
  if (total === null) return null
  // Only DIMMs and NVDIMMs take a slot (libvirt: formatdomain, memory devices).
  const used = children(devices, 'memory').filter((device) =>
    ['dimm', 'nvdimm'].includes(attribute(device, 'model') ?? ''),
  ).length
  return { total, used }
}

function memoryShared(backing: XmlElement | null): boolean {
  const mode = attribute(child(backing, 'access'), 'mode')
  const source = attribute(child(backing, 'source'), 'type')
  return mode === 'shared' || (source === 'memfd' && mode !== 'private')
}

/**
 * VFIO (passed-through PCI devices, also as interfaces, and mediated ones) and vDPA: QEMU then calls
 * ram_block_discard_disable and its balloon discards nothing (hw/virtio/virtio-balloon.c).
 */
function pins(devices: XmlElement | null): DomainXml['pins'] {
  const types = (name: string) =>
    children(devices, name).map((element) => attribute(element, 'type'))
  const interfaces = types('interface')
  return {
    vfio:
      types('hostdev').some((type) => type === 'pci' || type === 'mdev') ||
      interfaces.includes('hostdev'),
    vdpa: interfaces.includes('vdpa'),
  }
}

function balloon(element: XmlElement | null): BalloonXml {
  const stats = child(element, 'stats')
  return {
    model: attribute(element, 'model') ?? 'none',
    statsPeriodSeconds: integer(attribute(stats, 'period'), 'stats period') ?? 0,
    autodeflate: attribute(element, 'autodeflate') === 'on',
    freePageReporting: attribute(element, 'freePageReporting') === 'on',
  }
}

function disk(element: XmlElement): DiskXml {
  const driver = child(element, 'driver')
  return {
    target: attribute(child(element, 'target'), 'dev') ?? '',
    bus: attribute(child(element, 'target'), 'bus'),
    device: attribute(element, 'device') ?? 'disk',
    type: attribute(element, 'type') ?? '',
    source: diskSource(child(element, 'source')),
    format: attribute(driver, 'type'),
    readOnly: child(element, 'readonly') !== null,
    shareable: child(element, 'shareable') !== null,
    cache: attribute(driver, 'cache'),
    alias: attribute(child(element, 'alias'), 'name'),
  }
}

function diskSource(source: XmlElement | null): string | null {
  const plain =
    attribute(source, 'file') ?? attribute(source, 'dev') ?? attribute(source, 'dir')
  if (plain !== null) return plain
  const pool = attribute(source, 'pool')
  if (pool !== null) return `${pool}/${attribute(source, 'volume') ?? ''}`
  const protocol = attribute(source, 'protocol')
  return protocol === null ? null : `${protocol}:${attribute(source, 'name') ?? ''}`
}

function networkInterface(element: XmlElement): InterfaceXml {
  const source = child(element, 'source')
  return {
    mac: attribute(child(element, 'mac'), 'address'),
    type: attribute(element, 'type') ?? '',
    source:
      attribute(source, 'network') ??
      attribute(source, 'bridge') ??
      attribute(source, 'dev') ??
      attribute(source, 'path'),
    target: attribute(child(element, 'target'), 'dev'),
    model: attribute(child(element, 'model'), 'type'),
    alias: attribute(child(element, 'alias'), 'name'),
  }
}

function graphics(element: XmlElement): GraphicsXml {
  const port = integer(attribute(element, 'port'), 'graphics port')
  return {
    type: attribute(element, 'type') ?? '',
    port: port === null || port <= 0 ? null : port,
    listen: attribute(element, 'listen') ?? attribute(child(element, 'listen'), 'address'),
  }
}
