import {
  VirtInstallError,
  type CloudInitPlan,
  type Origin,
  type UploadStep,
} from '../model.ts'
import { isRemotePath } from '../storage/remote-path.ts'
import {
  byDefault,
  clone,
  find,
  findAll,
  get,
  has,
  removeChild,
  set,
  setPresent,
  type XmlElement,
} from '../xml/tree.ts'
import { applyUse } from './apply.ts'
import { documentOf } from './finish.ts'
import type { Guest } from './guest.ts'
import type { Installer } from './installer.ts'

interface InstallExtras {
  cloudInit: CloudInitPlan | null
  uploads: readonly UploadStep[]
}

/** Puts the install CD in: before other CDs, after the disks. Throws VirtInstallError. */
export function addInstallMedia(guest: Guest, installer: Installer): void {
  const path = installer.mediaPath
  if (path === null) return
  const before = guest.disks.length
  try {
    applyUse(
      guest,
      {
        option: 'disk',
        value: path,
        fields: [
          { key: 'path', value: path },
          { key: 'device', value: 'cdrom' },
        ],
      },
      -1,
    )
  } catch (error) {
    if (!(error instanceof VirtInstallError)) throw error
    throw badMedia(installer, path, error)
  }
  const media = guest.disks[before]!
  media.isInstallMedia = true
  if (!isRemotePath(path)) retype(guest, media.xml)
  moveBeforeOtherCds(guest)
}

/** Of media nothing is made: without a size there is nothing to make them by. */
function badMedia(installer: Installer, path: string, error: VirtInstallError) {
  const why =
    error.key === 'size'
      ? `Must specify storage creation parameters for non-existent path '${path}'.`
      : error.message.replace(`Error: --disk ${path}: `, '')
  return new VirtInstallError(
    `Validating install media '${installer.mediaTyped ?? path}' failed: ${why}`,
    { option: installer.mediaUse },
  )
}

/** What the line asked for is the CD, not a --disk. */
function retype(guest: Guest, xml: XmlElement): void {
  const place = guest.options.uses.findLastIndex(
    ({ option }) => option === 'cdrom' || option === 'location',
  )
  const option = guest.options.uses[place]?.option ?? 'cdrom'
  const origin = { by: 'typed', option, use: place, key: null } as const
  xml.origin = origin
  const source = find(xml, 'source')
  for (const value of source?.attributes.values() ?? []) value.origin = origin
}

function moveBeforeOtherCds(guest: Guest): void {
  const media = guest.disks.pop()!
  const isCd = (xml: XmlElement) => get(xml, '@device') === 'cdrom'
  const at = guest.disks.findIndex(({ xml }) => isCd(xml))
  guest.disks.splice(at < 0 ? guest.disks.length : at, 0, media)
  removeChild(guest.devices, media.xml)
  const other = at < 0 ? undefined : guest.disks[at + 1]
  const index = other ? guest.devices.children.indexOf(other.xml) : -1
  guest.devices.children.splice(
    index < 0 ? guest.devices.children.length : index,
    0,
    media.xml,
  )
}

const hasInstallPhase = (installer: Installer, extras: InstallExtras) =>
  ['cdrom', 'network', 'kernel'].includes(installer.kind) || extras.cloudInit !== null

/** What the first boot runs; null: the final document is started at once. */
export function installDocument(
  guest: Guest,
  installer: Installer,
  extras: InstallExtras,
): XmlElement | null {
  if (!hasInstallPhase(installer, extras)) return null
  return documentOf(guest.root, guest.xpathChanges, (root) => {
    set(root, 'on_reboot', 'destroy', byDefault)
    if (extras.uploads.length > 0) bootKernel(root, installer, extras.uploads)
    else if (['cdrom', 'network'].includes(installer.kind)) {
      writeBootDevices(root, untyped(installBootDevices(guest, installer)))
    }
    if (extras.cloudInit) attachCloudInit(guest, root, extras.cloudInit)
  })
}

/** What stays: without the installer's medium, but Windows, which asks for it again. */
export function finalDocument(
  guest: Guest,
  installer: Installer,
  extras: InstallExtras,
): XmlElement {
  const keepsMedia = guest.os.isWindows || installer.kind === 'live'
  return documentOf(guest.root, guest.xpathChanges, (root) => {
    const cds = findAll(root, 'devices/disk')
    guest.disks.forEach((disk, at) => {
      if (disk.isInstallMedia && !keepsMedia && cds[at]) eject(cds[at])
    })
    if (extras.cloudInit) {
      const cd = cloudInitDrive(guest, root)
      eject(cd)
    }
    const typed = guest.bootDevices
    const settled = typed.length > 0 ? typed : untyped(finalBootDevices(guest, installer))
    writeBootDevices(root, settled)
  })
}

/** The drive stays, empty. */
function eject(cd: XmlElement): void {
  for (const name of ['source', 'driver']) {
    const child = find(cd, name)
    if (child) removeChild(cd, child)
  }
  set(cd, '@type', 'file', cd.attributes.get('type')?.origin ?? byDefault)
}

const bootKinds: Record<string, string> = { cdrom: 'cdrom', floppy: 'fd' }

/** What the first disk that was asked for boots as; null: there is none. */
function firstDisk(guest: Guest): string | null {
  const own = guest.disks.filter(({ isInstallMedia }) => !isInstallMedia)
  const disk = own.find(({ xml }) => get(xml, '@device') === 'disk') ?? own[0]
  return disk ? (bootKinds[get(disk.xml, '@device') ?? ''] ?? 'hd') : null
}

function installBootDevices(guest: Guest, installer: Installer): string[] {
  const medium =
    installer.bootDevice ?? (installer.kind === 'network' ? 'network' : 'cdrom')
  const disk = firstDisk(guest)
  return disk === null || disk === medium ? [medium] : [medium, disk]
}

function finalBootDevices(guest: Guest, installer: Installer): string[] {
  const disk = firstDisk(guest)
  if (installer.kind === 'live') return ['cdrom']
  if (disk !== null) return [disk]
  if (installer.kind === 'network') return [installer.bootDevice ?? 'network']
  return [installer.kind === 'cdrom' ? 'cdrom' : 'hd']
}

interface BootDevice {
  dev: string
  origin: Origin
}

const untyped = (devices: string[]): BootDevice[] =>
  devices.map((dev) => ({ dev, origin: byDefault }))

/** `<boot dev>` for each, unless the line settles the order in another way. */
function writeBootDevices(root: XmlElement, devices: readonly BootDevice[]): void {
  if (has(root, 'os/kernel') || has(root, 'os/boot') || hasDeviceOrder(root)) return
  const os = find(root, 'os')
  if (!os) return
  devices.forEach(({ dev, origin }, at) => set(os, 'boot#/@dev', dev, origin, [at]))
}

const hasDeviceOrder = (root: XmlElement) =>
  find(root, 'devices')?.children.some((device) => has(device, 'boot/@order')) ?? false

function bootKernel(
  root: XmlElement,
  installer: Installer,
  uploads: readonly UploadStep[],
): void {
  for (const { what, target } of uploads) set(root, `os/${what}`, target, byDefault)
  if (installer.kernelArguments !== '') {
    set(root, 'os/cmdline', installer.kernelArguments, byDefault)
  }
}

/** The medium on a CD drive of its own, and the serial number that tells cloud-init to look for it. */
function attachCloudInit(guest: Guest, root: XmlElement, plan: CloudInitPlan): void {
  const drive = cloudInitDrive(guest, root)
  set(drive, 'source/@file', plan.path, byDefault)
  set(drive, 'driver/@name', 'qemu', byDefault)
  set(drive, 'driver/@type', 'raw', byDefault)
  const info = findAll(root, 'sysinfo').find((entry) => get(entry, '@type') === 'smbios')
  const sysinfo = info ? `sysinfo[@type='smbios']` : 'sysinfo'
  if (!info) set(root, 'sysinfo/@type', 'smbios', byDefault)
  const serial = `${sysinfo}/system/entry[@name='serial']`
  if (get(root, serial) === undefined) set(root, serial, plan.serial, byDefault)
  set(root, 'os/smbios/@mode', 'sysinfo', byDefault)
  dropDefaultTpm(root)
}

/** A TPM that came by default keeps its state in a file that the first boot shall not make. */
function dropDefaultTpm(root: XmlElement): void {
  const devices = find(root, 'devices')
  const tpm = devices && find(devices, 'tpm')
  if (devices && tpm?.origin.by !== 'typed' && tpm) removeChild(devices, tpm)
}

function cloudInitDrive(guest: Guest, root: XmlElement): XmlElement {
  const devices = find(root, 'devices')!
  const used = new Set(
    findAll(root, 'devices/disk').map((disk) => get(disk, 'target/@dev')),
  )
  const bus = guest.isArm ? 'scsi' : guest.isQ35 ? 'sata' : 'ide'
  const prefix = bus === 'ide' ? 'hd' : 'sd'
  const letter = [...'abcdefghijklmnopqrstuvwxyz'].find((c) => !used.has(`${prefix}${c}`))
  const drive: XmlElement = {
    ...clone(guest.devices),
    name: 'disk',
    children: [],
    origin: byDefault,
  }
  set(drive, '@type', 'file', byDefault)
  set(drive, '@device', 'cdrom', byDefault)
  set(drive, 'target/@dev', `${prefix}${letter ?? 'z'}`, byDefault)
  set(drive, 'target/@bus', bus, byDefault)
  setPresent(drive, 'readonly', byDefault)
  devices.children.push(drive)
  return drive
}
