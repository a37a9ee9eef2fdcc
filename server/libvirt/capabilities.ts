import { attribute, child, children, integer, parseXml, sizeKiB, textOf } from './xml.ts'
import type { XmlElement } from './xml.ts'

export interface NumaCell {
  id: number
  memoryKiB: number
  cpus: number
  /** Logical CPUs; those of one core have the same `siblings`. */
  cpuList: { id: number; siblings: string }[]
  /** How far memory of other cells is: 10 = this cell itself. */
  distances: { cell: number; value: number }[]
  /** Pages by size, the ordinary ones too: how many there are, free or not. */
  pages: { sizeKiB: number; count: number }[]
}

export interface HostCapabilities {
  /** Two addresses with one UUID are one host. */
  hostUuid: string | null
  arch: string | null
  cpuModel: string | null
  cpuVendor: string | null
  topology: { sockets: number; dies: number; cores: number; threads: number }
  numaCells: NumaCell[]
  /** Page sizes of the host's CPU. */
  pageSizesKiB: number[]
  /** Whether a migration may come and go live. */
  liveMigration: boolean
  /** `hvm` guests: which machine architectures run, natively or emulated. */
  guests: {
    arch: string
    emulator: string | null
    domainTypes: string[]
    /** Machine types by name and by the name they stand for (`q35`, `pc-q35-7.2`). */
    machines: string[]
  }[]
}

/** Reads the host's capabilities XML. Throws XmlError. */
export function parseCapabilities(xml: string): HostCapabilities {
  const root = parseXml(xml, 'capabilities')
  const host = child(root, 'host')
  const topology = child(host, 'cpu/topology')
  const count = (name: string): number => integer(attribute(topology, name), name) ?? 1
  return {
    hostUuid: textOf(host, 'uuid'),
    arch: textOf(host, 'cpu/arch'),
    cpuModel: textOf(host, 'cpu/model'),
    cpuVendor: textOf(host, 'cpu/vendor'),
    topology: {
      sockets: count('sockets'),
      dies: count('dies'),
      cores: count('cores'),
      threads: count('threads'),
    },
    numaCells: children(child(host, 'topology/cells'), 'cell').map((cell) => ({
      id: integer(attribute(cell, 'id'), 'cell id') ?? 0,
      memoryKiB: sizeKiB(child(cell, 'memory')) ?? 0,
      cpus: integer(attribute(child(cell, 'cpus'), 'num'), 'cpus') ?? 0,
      cpuList: children(child(cell, 'cpus'), 'cpu').map((cpu) => ({
        id: integer(attribute(cpu, 'id'), 'cpu id') ?? 0,
        siblings: attribute(cpu, 'siblings') ?? '',
      })),
      distances: children(child(cell, 'distances'), 'sibling').map((sibling) => ({
        cell: integer(attribute(sibling, 'id'), 'sibling id') ?? 0,
        value: integer(attribute(sibling, 'value'), 'distance') ?? 0,
      })),
      pages: children(cell, 'pages').map((pages) => ({
        sizeKiB: pageKiB(attribute(pages, 'size'), attribute(pages, 'unit')),
        count: integer(pages.text.trim(), 'pages') ?? 0,
      })),
    })),
    pageSizesKiB: children(child(host, 'cpu'), 'pages').map((pages) =>
      pageKiB(attribute(pages, 'size'), attribute(pages, 'unit')),
    ),
    liveMigration: child(host, 'migration_features/live') !== null,
    guests: children(root, 'guest').map((guest) => {
      const arch = child(guest, 'arch')
      return {
        arch: attribute(arch, 'name') ?? '',
        emulator: textOf(arch, 'emulator'),
        domainTypes: children(arch, 'domain').map((each) => attribute(each, 'type') ?? ''),
        machines: machinesOf(arch),
      }
    }),
  }
}

function machinesOf(arch: XmlElement | null): string[] {
  const names = [arch, ...children(arch, 'domain')]
    .flatMap((place) => children(place, 'machine'))
    .flatMap((machine) => [machine.text.trim(), attribute(machine, 'canonical')])
  return [...new Set(names.filter((name) => name !== null && name !== undefined))]
}

/** libvirt writes page sizes in KiB; the unit is always given. */
function pageKiB(size: string | null, unit: string | null): number {
  const value = integer(size, 'page size') ?? 0
  return unit === null || unit === 'KiB' ? value : value / 1_024
}
