import { pythonList } from '../../grammar.ts'
import { VirtInstallError } from '../../model.ts'
import { capacityWords } from '../../storage/check-space.ts'
import { availableBytesOf, type NewPool } from '../../storage/new-volume.ts'
import { find, get, has, set, setPresent, type XmlElement } from '../../xml/tree.ts'
import { byDefault } from '../../xml/tree.ts'
import type { DiskState, Guest } from '../guest.ts'

/** Bus, target name, driver: what makes a `<disk>` whole. Throws VirtInstallError. */
export function fillDisks(guest: Guest): void {
  const taken = new Set(guest.disks.flatMap(({ xml }) => get(xml, 'target/@dev') ?? []))
  for (const disk of guest.disks) {
    const { xml } = disk
    fill(xml, '@device', 'disk')
    fill(xml, '@type', 'file')
    fillDriver(xml)
    fill(xml, 'target/@bus', busOf(guest, xml))
    if (get(xml, '@device') === 'cdrom' && !has(xml, 'readonly')) {
      setPresent(xml, 'readonly', byDefault)
    }
    if (get(xml, 'target/@dev') === undefined) {
      set(xml, 'target/@dev', nextTarget(get(xml, 'target/@bus')!, taken), byDefault)
    }
  }
}

const fill = (xml: XmlElement, path: string, value: string) => {
  if (get(xml, path) === undefined) set(xml, path, value, byDefault)
}

const isEmptyDrive = (xml: XmlElement) => find(xml, 'source') === undefined

/** An empty drive has no driver, NVMe and vhost-user have their own. */
function fillDriver(xml: XmlElement): void {
  const type = get(xml, '@type')
  if (isEmptyDrive(xml) || type === 'nvme' || type === 'vhostuser') return
  fill(xml, 'driver/@name', 'qemu')
  if (type !== 'block' || get(xml, '@device') !== 'disk') return
  const tuned =
    get(xml, 'driver/@cache') !== undefined || get(xml, 'driver/@io') !== undefined
  if (!tuned) {
    set(xml, 'driver/@cache', 'none', byDefault)
    set(xml, 'driver/@io', 'native', byDefault)
  }
  fill(xml, 'driver/@discard', 'unmap')
}

function busOf(guest: Guest, xml: XmlElement): string {
  const device = get(xml, '@device')
  if (device === 'floppy') return 'fdc'
  const classic = guest.isArm ? 'scsi' : guest.isQ35 ? 'sata' : 'ide'
  if (device === 'cdrom') return classic
  if (device === 'lun' && guest.os.knows('virtio-scsi')) return 'scsi'
  return guest.os.knows('virtio-block') || guest.isArm ? 'virtio' : classic
}

/** Prefix of target names by bus, and how many of them there can be. */
const targets: Record<string, { prefix: string; most: number }> = {
  virtio: { prefix: 'vd', most: 1024 },
  ide: { prefix: 'hd', most: 4 },
  fdc: { prefix: 'fd', most: 2 },
  xen: { prefix: 'xvd', most: 1024 },
}

function nextTarget(bus: string, taken: Set<string>): string {
  const { prefix, most } = targets[bus] ?? { prefix: 'sd', most: 1024 }
  const places = Array.from({ length: most }, (_, at) => `${prefix}${letters(at)}`)
  const last = places.findLastIndex((name) => taken.has(name))
  // After the last one in use; only when there is no more room, in a gap.
  const name = places[last + 1] ?? places.find((place) => !taken.has(place))
  if (name !== undefined) {
    taken.add(name)
    return name
  }
  throw new VirtInstallError(`Only ${most} disks for bus '${bus}' are supported`, {
    option: 'disk',
    key: 'target.bus',
  })
}

/** a … z, aa … */
function letters(at: number): string {
  const last = String.fromCharCode(97 + (at % 26))
  return at < 26 ? last : `${letters(Math.floor(at / 26) - 1)}${last}`
}

const override = (check: string) =>
  `(Use --check ${check}=off or --check all=off to override)`

/** Whether others use the disk, and whether what is new would fit. Throws VirtInstallError. */
export function checkDisks(guest: Guest): void {
  for (const disk of guest.disks) {
    checkInUse(guest, disk)
    checkCapacity(guest, disk)
  }
}

function checkInUse(guest: Guest, disk: DiskState): void {
  if (disk.isNew) return
  const path = guest.index.sourcePathOf(disk.xml)
  if (path === undefined) return
  const shareable = has(disk.xml, 'shareable')
  const readonly = has(disk.xml, 'readonly')
  const users = guest.index
    .diskUsers(path)
    .filter((user) => !(shareable && user.shareable) && !(readonly && user.readonly))
    .map((user) => user.domain)
  if (users.length === 0) return
  const words = `Disk ${path} is already in use by other guests ${pythonList([...new Set(users)])}.`
  if (!guest.checks.pathInUse) {
    guest.warnings.push(words)
    return
  }
  throw new VirtInstallError(`${words} ${override('path_in_use')}`, {
    option: 'disk',
    key: 'path',
    use: disk.use,
  })
}

function checkCapacity(guest: Guest, disk: DiskState): void {
  for (const step of disk.steps) {
    if (step.kind !== 'make-volume') continue
    const pool = guest.index.pool(step.pool)
    const planned: NewPool = {
      name: step.pool,
      type: 'dir',
      targetPath: '',
      isNew: true,
    }
    const words = capacityWords(availableBytesOf(pool ?? planned), step.capacityBytes)
    if (words === null) continue
    guest.warnings.push(words)
    if (guest.checks.diskSize) {
      throw new VirtInstallError(`${words} ${override('disk_size')}`, {
        option: 'disk',
        key: 'size',
        use: disk.use,
      })
    }
  }
}
