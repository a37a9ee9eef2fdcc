import type { PoolFacts, VolumeFacts } from './host-facts.ts'
import { parseXml } from './xml/parse.ts'
import { find, get } from './xml/tree.ts'

const unitBytes: Record<string, number> = {
  b: 1,
  byte: 1,
  bytes: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
}

/** A size as libvirt writes it (`<capacity unit='GiB'>20</capacity>`), in bytes; 0 when it is not there. */
function bytesAt(xml: ReturnType<typeof parseXml>, path: string): number {
  const value = Number(get(xml, path) ?? 0)
  const unit = (get(xml, `${path}/@unit`) ?? 'bytes').toLowerCase()
  return Number.isFinite(value) ? value * (unitBytes[unit] ?? 1) : 0
}

/** What a storage pool's XML says; `volumes` is left to the caller. Throws a SyntaxError. */
export function poolFactsOf(source: string): Omit<PoolFacts, 'volumes'> {
  const xml = parseXml(source)
  const targetPath = get(xml, 'target/path')
  return {
    name: get(xml, 'name') ?? '',
    type: get(xml, '@type') ?? 'dir',
    active: true,
    targetPath: targetPath ?? null,
    capacityBytes: bytesAt(xml, 'capacity'),
    availableBytes: bytesAt(xml, 'available'),
    xml: source,
  }
}

const volumeTypes = new Set(['file', 'block', 'dir', 'network', 'netdir', 'ploop'])
const isVolumeType = (type: string): type is VolumeFacts['type'] => volumeTypes.has(type)

/** What a volume's XML says. Throws a SyntaxError. */
export function volumeFactsOf(source: string): VolumeFacts {
  const xml = parseXml(source)
  const type = get(xml, '@type') ?? 'file'
  const backing = find(xml, 'backingStore/path')
  return {
    name: get(xml, 'name') ?? '',
    path: get(xml, 'target/path') ?? '',
    type: isVolumeType(type) ? type : 'file',
    format: get(xml, 'target/format/@type') ?? null,
    capacityBytes: bytesAt(xml, 'capacity'),
    allocationBytes: bytesAt(xml, 'allocation'),
    backingPath: backing?.text?.value ?? null,
    backingFormat: backing ? (get(xml, 'backingStore/format/@type') ?? null) : null,
  }
}
