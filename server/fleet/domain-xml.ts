import { parseCpuSet } from '../contract/cpu-set.ts'
import type { DomainDetail } from '../contract/domain.ts'
import type { InhibitedBy, MemoryHotplug } from '../contract/memory.ts'
import type { DomainNumaXml } from '../libvirt/domain-numa-xml.ts'
import { parseDomainXml } from '../libvirt/domain-xml.ts'
import type { DomainXml } from '../libvirt/domain-xml.ts'
import { XmlError } from '../libvirt/xml.ts'
import { cleanName, cleanText } from './text.ts'

/** Devices of one kind that are listed. */
const mostDevices = 64

/** What the fleet keeps of a domain's XML: cleaned and bounded, for it comes from a host. */
export interface DomainXmlFacts extends Pick<
  DomainDetail,
  | 'title'
  | 'description'
  | 'virtType'
  | 'arch'
  | 'machine'
  | 'osType'
  | 'emulator'
  | 'vcpusMaximum'
  | 'balloonModel'
  | 'disks'
  | 'interfaces'
  | 'graphics'
> {
  name: string
  vcpus: number
  maximumKiB: number
  currentKiB: number
  autodeflate: boolean
  freePageReporting: boolean
  /** Why QEMU gives nothing back to the host, as its XML says; null = nothing known. */
  inhibitedBy: InhibitedBy | null
  /** Its memory is of huge pages, which RSS does not count. */
  hugePages: boolean
  hotplug: MemoryHotplug | null
  ramBlocksKiB: number[]
  /** 0 = the guest is never asked. */
  statsPeriodSeconds: number
  /** Where its memory and vCPUs may be. */
  numa: DomainNumaXml
}

/** @returns null when the text is no domain XML: the domain is then shown without what only that says */
export function readDomainXml(text: string): DomainXmlFacts | null {
  try {
    // A copy: V8 keeps the whole text for as long as a piece of it is kept (90 MB for 10,000 domains).
    return structuredClone(factsOf(parseDomainXml(text)))
  } catch (error) {
    if (error instanceof XmlError) return null
    throw error
  }
}

function factsOf(xml: DomainXml): DomainXmlFacts {
  const { balloon } = xml
  return {
    name: cleanName(xml.name),
    title: cleanText(xml.title),
    description: cleanText(xml.description),
    virtType: cleanName(xml.type),
    arch: cleanName(xml.os.arch ?? ''),
    machine: cleanName(xml.os.machine ?? ''),
    osType: cleanName(xml.os.type ?? ''),
    emulator: cleanText(xml.emulator),
    vcpusMaximum: xml.vcpus,
    vcpus: xml.vcpusCurrent,
    maximumKiB: xml.memoryKiB,
    currentKiB: xml.currentMemoryKiB,
    balloonModel: balloon.model === 'none' ? null : cleanName(balloon.model),
    autodeflate: balloon.autodeflate,
    freePageReporting: balloon.freePageReporting,
    inhibitedBy: inhibitedBy(xml),
    hugePages: xml.hugepages,
    hotplug: hotplug(xml),
    ramBlocksKiB: xml.ramBlocksKiB.slice(0, mostDevices),
    statsPeriodSeconds: balloon.statsPeriodSeconds,
    disks: xml.disks.slice(0, mostDevices).map(({ target, device, source, bus }) => ({
      target: cleanName(target),
      device: cleanName(device),
      source: cleanText(source),
      bus: cleanText(bus),
    })),
    interfaces: xml.interfaces
      .slice(0, mostDevices)
      .map(({ mac, type, source, model }) => ({
        mac: cleanText(mac),
        type: cleanName(type),
        source: cleanText(source),
        model: cleanText(model),
      })),
    numa: numaFactsOf(xml.numa),
    graphics: xml.graphics.slice(0, mostDevices).map(({ type }) => cleanName(type)),
  }
}

const set = (text: string | null) => (text && parseCpuSet(text) ? text : null)

/** Sets of CPUs and cells that are none are left out; what stays is what cpu-set.ts reads. */
function numaFactsOf(numa: DomainNumaXml): DomainNumaXml {
  const sets = <T extends { cpuset: string }>(pins: T[]) =>
    pins.filter(({ cpuset }) => set(cpuset) !== null)
  return {
    ...numa,
    vcpuCpuset: set(numa.vcpuCpuset),
    memory: numa.memory && {
      ...numa.memory,
      mode: cleanName(numa.memory.mode),
      nodeset: set(numa.memory.nodeset),
    },
    memnodes: numa.memnodes
      .filter(({ nodeset }) => set(nodeset) !== null)
      .map((node) => ({ ...node, mode: cleanName(node.mode) })),
    vcpuPins: sets(numa.vcpuPins),
    emulatorPin: set(numa.emulatorPin),
    ioThreadPins: sets(numa.ioThreadPins),
    guestCells: numa.guestCells.map((cell) => ({ ...cell, cpus: set(cell.cpus) ?? '' })),
  }
}

/**
 * Seen in the lab (balloon-health.lab.test.ts): the kernel drops no locked page of a private mapping, but
 * shared memory is punched out of its memfd or file, locked or not; of huge pages nothing comes back.
 */
function inhibitedBy(xml: DomainXml): InhibitedBy | null {
  const { pins, locked, hugepages, memoryShared } = xml
  if (pins.vfio) return 'vfio'
  if (pins.vdpa) return 'vdpa'
  if (hugepages) return 'hugepages'
  return locked && !memoryShared ? 'locked' : null
}

function hotplug({ memorySlots, maxMemoryKiB, memoryKiB, numa }: DomainXml) {
  if (!memorySlots || maxMemoryKiB === null) return null
  const slots = Math.max(0, memorySlots.total - memorySlots.used)
  return {
    slots,
    roomKiB: Math.max(0, maxMemoryKiB - memoryKiB),
    cells: numa.guestCells.length,
  }
}
