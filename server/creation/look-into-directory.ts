import { randomBytes } from 'node:crypto'

import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { PoolFacts } from '../virtinst/host-facts.ts'
import { readPool } from './read-host.ts'
import { xmlText } from './xml-text.ts'

/** Pools of this name are nobody's: they are there while we look. */
export const lookPrefix = 'ballast-look-'

/**
 * Looks into a directory that belongs to no pool: libvirt shows it through a pool that exists only
 * meanwhile. Nothing of the host changes by it.
 *
 * @returns null when the host has no such directory, or may not look into it
 */
export async function lookIntoDirectory<T>(
  client: LibvirtClient,
  path: string,
  look: (pool: PoolFacts) => Promise<T>,
): Promise<T | null> {
  const name = `${lookPrefix}${randomBytes(6).toString('hex')}`
  const xml = `<pool type='dir'><name>${name}</name><target><path>${xmlText(path)}</path></target></pool>`
  let uuid: string
  try {
    ;({ uuid } = await client.pools.createXml(xml))
  } catch (error) {
    if (isLibvirtError(error)) return null
    throw error
  }
  try {
    const pool = await readPool(client, { uuid, name })
    // As if it were called by its folder.
    const shown = path.slice(path.lastIndexOf('/') + 1) || 'root'
    return pool && (await look({ ...pool, name: shown }))
  } finally {
    await client.pools.destroy(uuid)
  }
}

/** Ends looks that were under way when an earlier Ballast was killed. */
export async function dropLooks(client: LibvirtClient): Promise<void> {
  for (const { name, uuid } of await client.pools.list()) {
    if (!name.startsWith(lookPrefix)) continue
    try {
      await client.pools.destroy(uuid)
    } catch (error) {
      // Somebody else's look, which has ended by now.
      if (!isLibvirtError(error)) throw error
    }
  }
}
