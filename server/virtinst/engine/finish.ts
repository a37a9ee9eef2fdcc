import {
  clone,
  ensure,
  find,
  prune,
  removeChild,
  set,
  setPresent,
  type XmlElement,
} from '../xml/tree.ts'
import type { XpathChange } from './guest.ts'

/** The order in which libvirt itself writes them. */
const domainOrder =
  'name uuid genid title description metadata maxMemory memory currentMemory blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids defaultiothread cputune numatune resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash on_lockfailure pm keywrap devices seclabel launchSecurity qemu:commandline'
const deviceOrder =
  'emulator disk filesystem controller interface smartcard serial parallel console channel input tpm graphics sound audio video hostdev redirdev watchdog memballoon rng shmem memory panic iommu vsock pstore'

const rankOf = (list: string) => new Map(list.split(' ').map((name, at) => [name, at]))
const domainRank = rankOf(domainOrder)
const deviceRank = rankOf(deviceOrder)

function sortChildren(parent: XmlElement, rank: ReadonlyMap<string, number>): void {
  const place = ({ name }: XmlElement) => rank.get(name) ?? rank.size
  parent.children.sort((a, b) => place(a) - place(b))
}

/** A copy of the domain as one document: what was asked for by xpath is done, nothing empty stays. */
export function documentOf(
  root: XmlElement,
  changes: readonly XpathChange[],
  change: (root: XmlElement) => void,
): XmlElement {
  const copies = new Map<XmlElement, XmlElement>()
  const copy = clone(root, copies)
  change(copy)
  prune(copy)
  sortChildren(copy, domainRank)
  const devices = find(copy, 'devices')
  if (devices) sortChildren(devices, deviceRank)
  for (const entry of changes) {
    const at = copies.get(entry.at)
    if (at) applyChange(copy, at, entry)
  }
  return copy
}

function applyChange(root: XmlElement, at: XmlElement, change: XpathChange): void {
  const isAbsolute = change.path.startsWith('/')
  const start = isAbsolute ? root : at
  const path = isAbsolute ? `./${change.path.replace(/^\/+domain\/?/, '')}` : change.path
  switch (change.kind) {
    case 'set':
      set(start, path, change.value ?? '', change.origin)
      break
    case 'create':
      setPresent(start, path, change.origin)
      ensure(start, path, change.origin)
      break
    case 'delete':
      deleteAt(start, path)
  }
}

function deleteAt(start: XmlElement, path: string): void {
  const attribute = /^(.*)\/@([^/@]+)$/.exec(path)
  if (attribute) {
    const owner = attribute[1] === '.' ? start : find(start, attribute[1]!)
    owner?.attributes.delete(attribute[2]!)
    return
  }
  // Of several only the first, as an XPath of virt-install does.
  const child = find(start, path)
  const parentPath = path.slice(0, path.lastIndexOf('/'))
  const parent = parentPath === '.' || parentPath === '' ? start : find(start, parentPath)
  if (child && parent) removeChild(parent, child)
}
