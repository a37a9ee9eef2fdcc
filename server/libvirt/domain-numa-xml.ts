import { attribute, child, children, integer, scaledKiB } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** What a domain's XML says of where it may be. Sets of CPUs and cells are as written: `0-3,^2`. */
export interface DomainNumaXml {
  /** `auto`: numad chooses when the domain is started. */
  vcpuPlacement: 'static' | 'auto'
  vcpuCpuset: string | null
  /** `<numatune><memory>`; null = the memory may be anywhere. */
  memory: { mode: string; placement: 'static' | 'auto'; nodeset: string | null } | null
  /** `<memnode>`: for single cells of the guest. */
  memnodes: { guestCell: number; mode: string; nodeset: string }[]
  vcpuPins: { vcpu: number; cpuset: string }[]
  emulatorPin: string | null
  ioThreadPins: { id: number; cpuset: string }[]
  /** null = ordinary pages; 0 = huge pages of the host's default size. KiB. */
  hugePageKiB: number | null
  guestCells: { id: number; cpus: string; memoryKiB: number }[]
}

/** Entries of one kind that are read at most. */
const most = 4_096

/** Reads what a `<domain>` says of NUMA. Throws XmlError. */
export function parseDomainNuma(root: XmlElement): DomainNumaXml {
  const vcpu = child(root, 'vcpu')
  const memory = child(root, 'numatune/memory')
  const cputune = child(root, 'cputune')
  return {
    vcpuPlacement: placementOf(vcpu, attribute(vcpu, 'cpuset')),
    vcpuCpuset: attribute(vcpu, 'cpuset'),
    memory: memory && {
      mode: attribute(memory, 'mode') ?? 'strict',
      placement: placementOf(memory, attribute(memory, 'nodeset')),
      nodeset: attribute(memory, 'nodeset'),
    },
    memnodes: some(child(root, 'numatune'), 'memnode').map((node) => ({
      guestCell: integer(attribute(node, 'cellid'), 'cellid') ?? 0,
      mode: attribute(node, 'mode') ?? 'strict',
      nodeset: attribute(node, 'nodeset') ?? '',
    })),
    vcpuPins: some(cputune, 'vcpupin').map((pin) => ({
      vcpu: integer(attribute(pin, 'vcpu'), 'vcpu') ?? 0,
      cpuset: attribute(pin, 'cpuset') ?? '',
    })),
    emulatorPin: attribute(child(cputune, 'emulatorpin'), 'cpuset'),
    ioThreadPins: some(cputune, 'iothreadpin').map((pin) => ({
      id: integer(attribute(pin, 'iothread'), 'iothread') ?? 0,
      cpuset: attribute(pin, 'cpuset') ?? '',
    })),
    hugePageKiB: hugePage(child(root, 'memoryBacking/hugepages')),
    guestCells: some(child(root, 'cpu/numa'), 'cell').map((cell, at) => ({
      id: integer(attribute(cell, 'id'), 'cell id') ?? at,
      cpus: attribute(cell, 'cpus') ?? '',
      memoryKiB: sizeOf(cell),
    })),
  }
}

/** Without a word libvirt takes `static` when cells or CPUs are named; numatune alone means them. */
function placementOf(element: XmlElement | null, set: string | null): 'static' | 'auto' {
  return set === null && attribute(element, 'placement') === 'auto' ? 'auto' : 'static'
}

function hugePage(hugepages: XmlElement | null): number | null {
  if (!hugepages) return null
  const page = child(hugepages, 'page')
  if (!page) return 0
  return scaledKiB(attribute(page, 'size'), attribute(page, 'unit'), 'page size') ?? 0
}

function sizeOf(cell: XmlElement): number {
  const unit = attribute(cell, 'unit')
  return scaledKiB(attribute(cell, 'memory'), unit, 'cell memory') ?? 0
}

function some(parent: XmlElement | null, name: string): XmlElement[] {
  return children(parent, name).slice(0, most)
}
