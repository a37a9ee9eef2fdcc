import type { LibvirtClient } from '../libvirt/client.ts'
import { parseXml, textOf } from '../libvirt/xml.ts'
import { endLook, isLook, openLook } from './look-into-directory.ts'

/**
 * Works in a folder of a host through the active pool that it belongs to, or through one that is
 * there only meanwhile (the folder is made where it is missing).
 */
export async function withFolderPool<T>(
  client: LibvirtClient,
  folder: string,
  work: (pool: { uuid: string; name: string }) => Promise<T>,
): Promise<T> {
  const known = await poolOf(client, folder)
  if (known) return await work(known)
  const pool = await openLook(client, folder, { build: true })
  try {
    return await work(pool)
  } finally {
    await endLook(client, pool.uuid)
  }
}

async function poolOf(client: LibvirtClient, folder: string) {
  for (const pool of await client.pools.list()) {
    // A look goes away when whoever opened it has seen enough.
    if (isLook(pool.name) || !(await client.pools.isActive(pool.uuid))) continue
    const xml = parseXml(await client.pools.getXml(pool.uuid), 'pool')
    if (textOf(xml, 'target/path') === folder) return pool
  }
  return null
}
