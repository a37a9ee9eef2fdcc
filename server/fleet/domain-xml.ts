import { DOMParser } from '@xmldom/xmldom'
import type { Element } from '@xmldom/xmldom'

import type { DomainDetail } from '../contract/domain.ts'
import { cleanName, cleanText } from './text.ts'

/** Beyond this a domain's XML is not parsed: no real one comes near. */
const mostXmlLength = 4 * 1024 * 1024
/** Devices of one kind that are listed. */
const mostDevices = 64

/** What the fleet reads of a domain's XML. */
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
  /** 0 = the guest is never asked. */
  statsPeriodSeconds: number
}

/** Powers of 1024, or of 1000 where the unit says so (libvirt: virScaleInteger). */
const unitBytes: Record<string, number> = {
  b: 1,
  bytes: 1,
  kb: 1e3,
  k: 2 ** 10,
  kib: 2 ** 10,
  mb: 1e6,
  m: 2 ** 20,
  mib: 2 ** 20,
  gb: 1e9,
  g: 2 ** 30,
  gib: 2 ** 30,
  tb: 1e12,
  t: 2 ** 40,
  tib: 2 ** 40,
}

/**
 * Reads a domain's XML as libvirt writes it. It comes from a host and is not trusted: no entity is
 * resolved, lengths are bounded.
 *
 * @returns null when it is no domain XML
 */
export function readDomainXml(xml: string): DomainXmlFacts | null {
  if (xml.length > mostXmlLength || /<!(DOCTYPE|ENTITY)/i.test(xml)) return null
  let root: Element | null
  try {
    root = new DOMParser({ onError: refuse }).parseFromString(
      xml,
      'text/xml',
    ).documentElement
  } catch {
    // Not well formed: the domain is shown without what only its XML says.
    return null
  }
  if (root?.tagName !== 'domain') return null
  const devices = child(root, 'devices')
  const type = child(child(root, 'os'), 'type')
  const vcpu = child(root, 'vcpu')
  const balloon = child(devices, 'memballoon')
  const maximumKiB = kib(child(root, 'memory'))
  const vcpusMaximum = count(text(vcpu), 1)
  return {
    name: cleanName(text(child(root, 'name')) ?? ''),
    title: cleanText(text(child(root, 'title'))),
    description: cleanText(text(child(root, 'description'))),
    virtType: attribute(root, 'type') ?? '',
    arch: attribute(type, 'arch') ?? '',
    machine: attribute(type, 'machine') ?? '',
    osType: cleanName(text(type) ?? ''),
    emulator: cleanText(text(child(devices, 'emulator'))),
    vcpusMaximum,
    vcpus: count(attribute(vcpu, 'current'), vcpusMaximum),
    maximumKiB,
    currentKiB: child(root, 'currentMemory')
      ? kib(child(root, 'currentMemory'))
      : maximumKiB,
    balloonModel: balloon ? (attribute(balloon, 'model') ?? 'virtio') : null,
    autodeflate: attribute(balloon, 'autodeflate') === 'on',
    statsPeriodSeconds: count(attribute(child(balloon, 'stats'), 'period'), 0),
    disks: children(devices, 'disk').map((disk) => ({
      target: attribute(child(disk, 'target'), 'dev') ?? '',
      device: attribute(disk, 'device') ?? 'disk',
      source: sourceOf(child(disk, 'source')),
      bus: attribute(child(disk, 'target'), 'bus'),
    })),
    interfaces: children(devices, 'interface').map((nic) => ({
      mac: attribute(child(nic, 'mac'), 'address'),
      type: attribute(nic, 'type') ?? '',
      source: sourceOf(child(nic, 'source')),
      model: attribute(child(nic, 'model'), 'type'),
    })),
    graphics: children(devices, 'graphics').map((each) => attribute(each, 'type') ?? ''),
  }
}

function refuse(_level: string, message: string): never {
  throw new Error(message)
}

function child(parent: Element | null, name: string): Element | null {
  return children(parent, name)[0] ?? null
}

function children(parent: Element | null, name: string): Element[] {
  const found: Element[] = []
  for (let node = parent?.firstChild ?? null; node; node = node.nextSibling) {
    if (node.nodeName !== name) continue
    // Only elements carry this name: text and comments are called #text and #comment.
    found.push(node as Element)
    if (found.length === mostDevices) break
  }
  return found
}

function text(element: Element | null): string | null {
  return element?.textContent?.trim() ?? null
}

function attribute(element: Element | null, name: string): string | null {
  const value = element?.getAttribute(name)
  return value ? cleanName(value) : null
}

/** File, block device, volume, network, bridge …: whatever the source names. */
function sourceOf(source: Element | null): string | null {
  const pool = attribute(source, 'pool')
  const volume = attribute(source, 'volume')
  if (pool && volume) return `${pool}/${volume}`
  for (const name of ['file', 'dev', 'dir', 'network', 'bridge', 'name', 'path']) {
    const value = attribute(source, name)
    if (value) return value
  }
  return null
}

function count(value: string | null, otherwise: number): number {
  const number = Number(value ?? Number.NaN)
  return Number.isSafeInteger(number) && number >= 0 ? number : otherwise
}

/** A memory element with its unit (KiB unless named), rounded up to KiB as libvirt does. */
function kib(element: Element | null): number {
  const value = count(text(element), 0)
  const bytes = unitBytes[(attribute(element, 'unit') ?? 'KiB').toLowerCase()]
  return bytes === undefined ? 0 : Math.ceil((value * bytes) / 1024)
}
