import type { PoolFacts } from '../host-facts.ts'
import { cleanPath, type HostIndex } from '../host/host-index.ts'
import type { StorageStep } from '../model.ts'
import { element, set, shape } from '../xml/tree.ts'
import { writeXml } from '../xml/write.ts'

/** Pools whose volumes are files with a format of their own. */
const fileFormatPools = new Set(['dir', 'fs', 'netfs', 'vstorage'])

export const takesFormat = (pool: { type: string }) => fileFormatPools.has(pool.type)

/** What a new volume is to be. */
export interface VolumeWish {
  pool: NewPool | PoolFacts
  name: string
  /** null: none was asked for. */
  format: string | null
  capacityBytes: number
  sparse: boolean
  backing: { path: string; format: string | null } | null
}

/** A pool that has to be made first. */
export interface NewPool {
  name: string
  type: 'dir'
  targetPath: string
  isNew: true
}

export const isNewPool = (pool: NewPool | PoolFacts): pool is NewPool => 'isNew' in pool

/** A pool made on the way has this much free until it was looked at. */
const unknownPoolBytes = 100 * 1024 ** 3

export const availableBytesOf = (pool: NewPool | PoolFacts) =>
  isNewPool(pool) ? unknownPoolBytes : pool.availableBytes

/** Where disks go when nothing says so. */
const defaultDirectory = '/var/lib/libvirt/images'

/** The pool `default`, or the plan to make it. */
export function defaultPool(index: HostIndex): NewPool | PoolFacts {
  const known = index.pool('default') ?? index.poolOfDirectory(defaultDirectory)
  return (
    known ?? { name: 'default', type: 'dir', targetPath: defaultDirectory, isNew: true }
  )
}

/** The pool of a directory; one named after it is planned where there is none. */
export function poolForDirectory(index: HostIndex, directory: string): NewPool | PoolFacts {
  const known = index.poolOfDirectory(directory)
  if (known) return known
  const base = directory.split('/').at(-1) || 'pool'
  const taken = new Set(index.facts.pools.map(({ name }) => name))
  let name = base
  for (let at = 1; taken.has(name); at++) name = `${base}-${at}`
  return { name, type: 'dir', targetPath: directory, isNew: true }
}

/** A free name in a pool: NAME.qcow2, NAME-1.qcow2 … */
export function freeVolumeName(
  pool: NewPool | PoolFacts,
  base: string,
  extension: string,
  alsoTaken: ReadonlySet<string>,
): string {
  const taken = new Set(isNewPool(pool) ? [] : pool.volumes.map(({ name }) => name))
  for (let at = 0; ; at++) {
    const name = `${base}${at === 0 ? '' : `-${at}`}${extension}`
    if (!taken.has(name) && !alsoTaken.has(name)) return name
  }
}

export const extensionOf = (format: string | null) =>
  format === null ? '' : format === 'raw' ? '.img' : `.${format}`

/** The path under which a pool's volume will be seen. */
export function volumePath(pool: NewPool | PoolFacts, name: string): string {
  return pool.targetPath === null
    ? `${pool.name}/${name}`
    : cleanPath(`${pool.targetPath}/${name}`)
}

/** The steps that make a volume, with its pool where that is missing too. */
export function volumeSteps(wish: VolumeWish): StorageStep[] {
  const { pool, name, capacityBytes, backing } = wish
  const format = takesFormat(pool) ? (wish.format ?? 'qcow2') : null
  const path = volumePath(pool, name)
  const allocationBytes = wish.sparse ? 0 : capacityBytes
  const steps: StorageStep[] = isNewPool(pool)
    ? [{ kind: 'make-pool', pool: pool.name, path: pool.targetPath }]
    : []
  steps.push({
    kind: 'make-volume',
    pool: pool.name,
    name,
    path,
    format,
    capacityBytes,
    allocationBytes,
    backing,
    xml: volumeXml(name, format, capacityBytes, allocationBytes, backing),
  })
  return steps
}

function volumeXml(
  name: string,
  format: string | null,
  capacityBytes: number,
  allocationBytes: number,
  backing: { path: string; format: string | null } | null,
): string {
  const volume = element('volume')
  const put = (path: string, value: string | undefined) => set(volume, path, value, shape)
  put('name', name)
  put('capacity', String(capacityBytes))
  put('allocation', String(allocationBytes))
  if (format !== null) {
    put('target/format/@type', format)
    // Compatible with QEMU since 1.1; lazy refcounts and larger bitmaps need it.
    if (format === 'qcow2') put('target/compat', '1.1')
  }
  if (backing) {
    put('backingStore/path', backing.path)
    if (backing.format) put('backingStore/format/@type', backing.format)
  }
  return writeXml(volume)
}
