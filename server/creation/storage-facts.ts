import { attribute, parseXml, sizeKiB, textOf, child } from '../libvirt/xml.ts'
import type { PoolFacts, VolumeFacts } from '../virtinst/host-facts.ts'

const volumeTypes = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const

/** What a storage pool's XML says. @throws XmlError */
export function poolFactsOf(xml: string): Omit<PoolFacts, 'volumes' | 'active'> {
  const pool = parseXml(xml, 'pool')
  return {
    name: textOf(pool, 'name') ?? '',
    type: attribute(pool, 'type') ?? 'dir',
    targetPath: textOf(pool, 'target/path'),
    capacityBytes: bytesOf(pool, 'capacity'),
    availableBytes: bytesOf(pool, 'available'),
    xml,
  }
}

/** What a volume's XML says. @throws XmlError */
export function volumeFactsOf(xml: string): VolumeFacts {
  const volume = parseXml(xml, 'volume')
  const type = attribute(volume, 'type')
  return {
    name: textOf(volume, 'name') ?? '',
    path: textOf(volume, 'target/path') ?? '',
    type: volumeTypes.find((one) => one === type) ?? 'file',
    format: attribute(child(volume, 'target/format'), 'type'),
    capacityBytes: bytesOf(volume, 'capacity'),
    allocationBytes: bytesOf(volume, 'allocation'),
    backingPath: textOf(volume, 'backingStore/path'),
    backingFormat: attribute(child(volume, 'backingStore/format'), 'type'),
  }
}

/** libvirt writes sizes of storage in bytes. */
function bytesOf(parent: Parameters<typeof child>[0], name: string): number {
  const element = child(parent, name)
  if (attribute(element, 'unit') === 'bytes' || attribute(element, 'unit') === null) {
    return Number(element?.text.trim() ?? 0) || 0
  }
  return (sizeKiB(element) ?? 0) * 1_024
}
