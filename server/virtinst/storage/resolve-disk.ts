import { originOf, refuse, refuseBare, type Use } from '../engine/apply.ts'
import type { DiskState, Guest } from '../engine/guest.ts'
import { readSwitch } from '../grammar.ts'
import type { PoolFacts, VolumeFacts } from '../host-facts.ts'
import { cleanPath } from '../host/host-index.ts'
import type { Origin } from '../model.ts'
import { find, get, set, type XmlElement } from '../xml/tree.ts'
import { checkSpace } from './check-space.ts'
import {
  defaultPool,
  extensionOf,
  freeVolumeName,
  isNewPool,
  poolForDirectory,
  takesFormat,
  volumePath,
  volumeSteps,
  type NewPool,
} from './new-volume.ts'
import { fillPoolSource } from './pool-source.ts'
import { fillRemoteSource, isRemotePath } from './remote-path.ts'

/** What was typed about a disk's storage. */
export interface DiskWish {
  path: string | undefined
  pool: string | undefined
  volume: string | undefined
  size: string | undefined
  format: string | undefined
  sparse: string | undefined
  backingStore: string | undefined
  backingFormat: string | undefined
  type: string | undefined
}

const gibibyte = 1024 ** 3

/** Devices that may be without a medium. */
const mayBeEmpty = new Set(['cdrom', 'floppy'])

/**
 * Finds the storage of a disk whose other keys are in the XML: an existing path or volume, or a new
 * volume that is planned. Throws VirtInstallError.
 */
export function resolveDisk(target: Use, wish: DiskWish): DiskState {
  const { guest, at } = target
  const disk: DiskState = {
    xml: at,
    use: target.place,
    isNew: false,
    isInstallMedia: false,
    sizeBytes: sizeOf(target, wish),
    steps: [],
  }
  guest.disks.push(disk)
  const origin = originOf(target, sourceKey(wish))
  const context: Context = { target, guest, disk, wish, origin }
  place(context)
  setTypes(context)
  return disk
}

interface Context {
  target: Use
  guest: Guest
  disk: DiskState
  wish: DiskWish
  origin: Origin
}

const sourceKey = (wish: DiskWish) =>
  wish.path !== undefined
    ? 'path'
    : wish.volume !== undefined
      ? 'vol'
      : wish.pool !== undefined
        ? 'pool'
        : 'size'

function sizeOf(target: Use, wish: DiskWish): number | null {
  if (wish.size === undefined) return null
  const size = Number(wish.size)
  if (
    !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(wish.size) ||
    Number.isNaN(size)
  ) {
    throw refuseBare(
      target,
      `Improper value for 'size': could not convert string to float: '${wish.size}'`,
      'size',
    )
  }
  // virt-install takes 0 for none.
  return size === 0 ? null : Math.trunc(size * gibibyte)
}

function place(context: Context): void {
  const { target, guest, disk, wish } = context
  const xml = disk.xml
  if (wish.volume !== undefined) {
    placeVolume(context, wish.volume)
    return
  }
  if (get(xml, 'source/@volume') !== undefined || get(xml, 'source/@pool') !== undefined) {
    placeXmlVolume(context)
    return
  }
  const direct =
    get(xml, 'source/@file') ?? get(xml, 'source/@dev') ?? get(xml, 'source/@dir')
  if (direct !== undefined) {
    placePath(context, direct)
    return
  }
  if (wish.path !== undefined) {
    if (isRemotePath(wish.path)) {
      fillRemoteSource(xml, wish.path, context.origin)
      return
    }
    const base = guest.context.workingDirectory ?? '/'
    placePath(
      context,
      cleanPath(wish.path.startsWith('/') ? wish.path : `${base}/${wish.path}`),
    )
    return
  }
  if (wish.pool !== undefined) {
    const pool = guest.index.pool(wish.pool)
    if (!pool) {
      throw refuse(
        target,
        `Storage pool not found: no storage pool with matching name '${wish.pool}'`,
        'pool',
      )
    }
    placeNew(context, pool, null)
    return
  }
  if (hasNetworkSource(xml) || wish.type === 'nvme' || wish.type === 'vhostuser') return
  if (disk.sizeBytes !== null) {
    placeNew(context, defaultPool(guest.index), null)
    return
  }
  const device = get(xml, '@device') ?? 'disk'
  if (!mayBeEmpty.has(device)) {
    throw refuse(target, `Device type '${device}' requires a path`, 'path')
  }
}

const hasNetworkSource = (xml: XmlElement) =>
  get(xml, 'source/@protocol') !== undefined || find(xml, 'source/host') !== undefined

/** `vol=POOL/NAME`, or a new name in the pool of `pool=`. */
function placeVolume(context: Context, text: string): void {
  const { target, guest } = context
  const slash = text.indexOf('/')
  if (slash < 0) {
    throw refuse(target, 'Storage volume must be specified as vol=poolname/volname', 'vol')
  }
  const poolName = text.slice(0, slash)
  const name = text.slice(slash + 1)
  const pool = guest.index.pool(poolName)
  if (!pool) {
    throw refuse(
      target,
      `Storage pool not found: no storage pool with matching name '${poolName}'`,
      'vol',
    )
  }
  if (name === '') {
    placeNew(context, pool, null)
    return
  }
  const volume = pool.volumes.find((candidate) => candidate.name === name)
  if (!volume) throw volumeMissing(target, name, 'vol')
  placeExistingVolume(context, pool, volume)
}

const volumeMissing = (target: Use, name: string, key: string) =>
  refuse(
    target,
    `Storage volume not found: no storage vol with matching name '${name}'`,
    key,
  )

/** `source.pool=…,source.volume=…`: it stays a volume in the XML. */
function placeXmlVolume(context: Context): void {
  const { target, guest, disk } = context
  const pool = guest.index.pool(get(disk.xml, 'source/@pool') ?? '')
  const name = get(disk.xml, 'source/@volume') ?? ''
  const volume = pool?.volumes.find((candidate) => candidate.name === name)
  if (!pool || !volume) throw volumeMissing(target, name, 'source.volume')
  fillFormat(context, volume)
  set(disk.xml, '@type', context.wish.type ?? 'volume', context.origin)
}

/** A path that was typed: a volume, a device, or the place for a new volume. */
function placePath(context: Context, path: string): void {
  const { target, guest, disk, wish } = context
  const known = guest.index.volumeAt(path)
  if (known) {
    placeExistingVolume(context, known.pool, known.volume, path)
    return
  }
  const directory = path.slice(0, path.lastIndexOf('/')) || '/'
  const name = path.slice(path.lastIndexOf('/') + 1)
  const isDevice = path.startsWith('/dev/') && !guest.index.poolOfDirectory(directory)
  const { facts } = guest.context
  // Of a host elsewhere nobody knows all names of its devices: libvirt looks when it starts.
  if (path in facts.blockDevices || (isDevice && !facts.isLocal)) {
    writeSource(context, 'block', path)
    fill(disk.xml, 'driver/@type', wish.format ?? 'raw')
    return
  }
  if (isDevice && disk.sizeBytes !== null) {
    throw refuse(
      target,
      `Don't know how to create storage for path '${name}'. Use libvirt APIs to manage the parent directory as a pool first.`,
      'path',
    )
  }
  if (!isDevice && isMissing(guest, directory)) {
    throw refuse(
      target,
      `Could not start storage pool: cannot open directory '${directory}': No such file or directory`,
      'path',
    )
  }
  if (disk.sizeBytes === null && wish.path === undefined) {
    throw refuse(
      target,
      `Must specify storage creation parameters for non-existent path '${path}'.`,
      'size',
    )
  }
  if (disk.sizeBytes === null) {
    throw refuse(target, `Size must be specified for non existent volume '${name}'`, 'size')
  }
  if (name === '') {
    throw refuse(target, 'A name must be specified for the Storage object', 'path')
  }
  placeNew(context, poolForDirectory(guest.index, directory), name)
}

/** The host was asked for this directory, and has none. */
function isMissing({ index }: Guest, directory: string): boolean {
  if (index.poolOfDirectory(directory)) return false
  return index.facts.isDirectory?.(directory) === false
}

function placeExistingVolume(
  context: Context,
  pool: PoolFacts,
  volume: VolumeFacts,
  path = volume.path,
): void {
  const { disk } = context
  fillFormat(context, volume)
  if (volume.type === 'network' || pool.targetPath === null) {
    fillNetworkVolume(context, pool, volume.name)
    return
  }
  writeSource(context, volumeDiskType(pool, volume), path)
  if (volume.type === 'block') disk.sizeBytes = null
}

function volumeDiskType(pool: PoolFacts, volume: VolumeFacts): 'file' | 'block' | 'dir' {
  if (volume.type === 'dir') return 'dir'
  const isBlock = ['logical', 'disk', 'iscsi', 'scsi', 'mpath', 'zfs'].includes(pool.type)
  return volume.type === 'block' || isBlock ? 'block' : 'file'
}

/** A volume that has no path on the host: the source is what its pool says. */
function fillNetworkVolume(context: Context, pool: PoolFacts, volume: string): void {
  set(context.disk.xml, '@type', 'network', context.origin)
  fillPoolSource(context.disk.xml, pool, volume, context.origin)
}

function fillFormat(context: Context, volume: VolumeFacts): void {
  const { disk, wish } = context
  const own = volume.format === 'iso' ? 'raw' : volume.format
  const isRaw = ['block', 'network', 'dir'].includes(volume.type) || wish.type === 'block'
  const format = wish.format ?? (isRaw ? 'raw' : own)
  if (format) fill(disk.xml, 'driver/@type', format)
}

/** Formats that libvirt knows. */
const volumeFormats = new Set(
  'none raw dir bochs cloop dmg iso vpc vdi fat vhd ploop cow qcow qcow2 qed vmdk'.split(
    ' ',
  ),
)

/** A new volume: `name` null for one named after the domain. */
function placeNew(context: Context, pool: NewPool | PoolFacts, name: string | null): void {
  const { target, guest, disk, wish } = context
  const formatted = takesFormat(pool)
  const format = wish.format ?? (formatted ? 'qcow2' : null)
  const volumeName =
    name ??
    freeVolumeName(
      pool,
      guest.name,
      extensionOf(formatted ? format : null),
      plannedNames(guest, pool),
    )
  if (disk.sizeBytes === null) {
    throw refuse(
      target,
      `Size must be specified for non existent volume '${volumeName}'`,
      'size',
    )
  }
  if (!formatted && wish.format !== undefined) {
    throw refuse(target, 'Format attribute not supported for this volume type', 'format')
  }
  if (format !== null && !volumeFormats.has(format)) {
    guest.lateErrors.push(
      refuseBare(
        target,
        `Couldn't create storage volume '${volumeName}': 'unsupported configuration: unknown volume format type ${format}'`,
        'format',
      ),
    )
  }
  if (disk.sizeBytes < 0) {
    guest.lateErrors.push(
      refuseBare(
        target,
        `Couldn't create storage volume '${volumeName}': 'XML error: malformed capacity element'`,
        'size',
      ),
    )
  }
  const sparse = wish.sparse === undefined ? true : readSwitch(wish.sparse) !== false
  checkSpace(target, pool, disk.sizeBytes, sparse)
  disk.isNew = true
  const backingVolume = wish.backingStore
    ? guest.index.volumeAt(wish.backingStore)?.volume
    : undefined
  disk.steps = volumeSteps({
    pool,
    name: volumeName,
    format,
    capacityBytes: disk.sizeBytes,
    sparse,
    backing: wish.backingStore
      ? {
          path: wish.backingStore,
          format: wish.backingFormat ?? backingVolume?.format ?? null,
        }
      : null,
  })
  if (isNewPool(pool) || pool.targetPath !== null) {
    writeSource(context, formatted ? 'file' : 'block', volumePath(pool, volumeName))
  } else fillNetworkVolume(context, pool, volumeName)
  fill(disk.xml, 'driver/@type', formatted ? (format ?? 'qcow2') : 'raw')
  if (sparse) fill(disk.xml, 'driver/@discard', 'unmap')
}

/** Names that earlier disks of this domain take in the same pool. */
function plannedNames(guest: Guest, pool: NewPool | PoolFacts): Set<string> {
  const names = new Set<string>()
  for (const { steps } of guest.disks) {
    for (const step of steps) {
      if (step.kind === 'make-volume' && step.pool === pool.name) names.add(step.name)
    }
  }
  return names
}

const attributeOfType: Record<string, string> = {
  file: 'file',
  block: 'dev',
  dir: 'dir',
}

/** Writes `<source>` for a path: `type=` typed wins over what was found. */
function writeSource(
  context: Context,
  found: 'file' | 'block' | 'dir',
  path: string,
): void {
  const { disk, wish, origin } = context
  const type = wish.type ?? found
  for (const attribute of Object.values(attributeOfType)) {
    set(disk.xml, `source/@${attribute}`, undefined, origin)
  }
  set(disk.xml, '@type', type, origin)
  set(disk.xml, `source/@${attributeOfType[type] ?? 'file'}`, path, origin)
}

function setTypes({ disk, wish, origin }: Context): void {
  if (get(disk.xml, '@type') !== undefined) return
  const type = wish.type ?? (hasNetworkSource(disk.xml) ? 'network' : 'file')
  set(disk.xml, '@type', type, wish.type ? origin : { by: 'default' })
}

function fill(xml: XmlElement, path: string, value: string): void {
  if (get(xml, path) === undefined) set(xml, path, value, { by: 'default' })
}
