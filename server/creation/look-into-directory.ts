import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { PoolFacts } from '../virtinst/host-facts.ts'
import { readPool } from './read-host.ts'
import type { PoolRef } from './read-host.ts'
import { xmlText } from './xml-text.ts'

/** Pools of this name are nobody's: they are there while we look. */
const lookPrefix = 'ballast-look-'
/** Whether a pool is there only while somebody looks. */
export const isLook = (poolName: string): boolean => poolName.startsWith(lookPrefix)

/** With what the names of this process's looks begin: several Ballasts may look at one host. */
export const ownLooks = `${lookPrefix}${randomBytes(4).toString('hex')}-`
/** No look takes this long, slow uploads of media through one included. */
const longestLookMs = 30 * 60_000

/** The pool of a new look, with a name that tells whose it is and since when. */
export function lookXml(path: string): string {
  const name = `${ownLooks}${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
  return `<pool type='dir'><name>${name}</name><target><path>${xmlText(path)}</path></target></pool>`
}

/** Another Ballast that looks at the same directory is waited for so long. */
const patienceMs = 10_000
const retryMs = 100

/** How many of this process work through a look now, by the UUID of its pool. */
const users = new Map<string, number>()

/**
 * Opens a look, or joins the one that this process has there already: libvirt has at most one pool a
 * directory. Each open needs an {@link endLook}.
 *
 * @throws LibvirtError where libvirt makes no such pool, or another has the directory for too long
 */
export async function openLook(
  client: LibvirtClient,
  path: string,
  options: { build?: boolean } = {},
): Promise<PoolRef> {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      const pool = await client.pools.createXml(lookXml(path), options)
      users.set(pool.uuid, 1)
      return pool
    } catch (error) {
      const other = conflicting(error)
      if (other === null || !isLook(other)) throw error
      const pool = (await client.pools.list()).find(({ name }) => name === other)
      const count = pool && users.get(pool.uuid)
      if (pool && count !== undefined) {
        users.set(pool.uuid, count + 1)
        return pool
      }
      if (Date.now() >= until) throw error
      await delay(retryMs)
    }
  }
}

/** The pool that has the directory already, in libvirt's words; null for other refusals. */
function conflicting(error: unknown): string | null {
  if (!isLibvirtError(error, 'OPERATION_FAILED')) return null
  return /source conflict with pool: '(.+)'/.exec(error.message)?.[1] ?? null
}

/** Ends a look when nobody else of this process works through it. */
export async function endLook(client: LibvirtClient, uuid: string): Promise<void> {
  const others = (users.get(uuid) ?? 1) - 1
  if (others > 0) {
    users.set(uuid, others)
    return
  }
  users.delete(uuid)
  await destroyLook(client, uuid)
}

/** Somebody may have ended it already. */
async function destroyLook(client: LibvirtClient, uuid: string): Promise<void> {
  try {
    await client.pools.destroy(uuid)
  } catch (error) {
    if (!isLibvirtError(error, 'NO_STORAGE_POOL')) throw error
  }
}

/**
 * Looks into a directory that belongs to no pool: libvirt shows it through a pool that exists only
 * meanwhile. Nothing of the host changes by it.
 *
 * @returns null when the host has no such directory, or may not look into it
 * @throws LibvirtError where an inactive pool or another Ballast has the directory
 */
export async function lookIntoDirectory<T>(
  client: LibvirtClient,
  path: string,
  look: (pool: PoolFacts) => Promise<T>,
): Promise<T | null> {
  let ref: PoolRef
  try {
    ref = await openLook(client, path)
  } catch (error) {
    if (isLibvirtError(error) && conflicting(error) === null) return null
    throw error
  }
  try {
    const pool = await readPool(client, ref)
    // As if it were called by its folder.
    const shown = path.slice(path.lastIndexOf('/') + 1) || 'root'
    return pool && (await look({ ...pool, name: shown }))
  } finally {
    await endLook(client, ref.uuid)
  }
}

/**
 * Ends looks that were under way when a Ballast was killed: those of `dead` (its `ownLooks`), where it
 * is known, and those that are too old. Others are under way, here or in another Ballast.
 */
export async function dropLooks(
  client: LibvirtClient,
  dead: string | null = null,
): Promise<void> {
  for (const { name, uuid } of await client.pools.list()) {
    if (!isLook(name)) continue
    const ofDead = dead !== null && name.startsWith(dead)
    if (!ofDead && Date.now() - begunMs(name) < longestLookMs) continue
    try {
      await destroyLook(client, uuid)
    } catch (error) {
      // Something still goes on in it: the next time.
      if (!isLibvirtError(error)) throw error
    }
  }
}

/** When a look began, by its name; earlier releases did not say: long ago. Epoch ms. */
function begunMs(name: string): number {
  const since = /^[\da-f]{8}-([\da-z]+)-/.exec(name.slice(lookPrefix.length))?.[1]
  return since === undefined ? 0 : Number.parseInt(since, 36)
}
