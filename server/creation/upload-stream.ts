import { ProblemError } from '../contract/problem.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { VolumeRef } from '../libvirt/volumes.ts'
import { poolFactsOf } from './storage-facts.ts'
import { xmlText } from './xml-text.ts'

/**
 * The pool that is to take a file of this size.
 *
 * @throws ProblemError when it is not active, takes no files, or has no room for it
 */
export async function poolForFiles(
  client: LibvirtClient,
  host: string,
  name: string,
  sizeBytes: number,
): Promise<{ uuid: string }> {
  const refuse = (path: string, detail: string, remedy?: string) =>
    new ProblemError('invalid', {
      host,
      detail,
      ...(remedy === undefined ? {} : { remedy }),
      issues: [{ path, message: detail }],
    })
  const { uuid } = await client.pools.lookupByName(name)
  const { state, availableBytes } = await client.pools.info(uuid)
  if (state !== 'running') throw refuse('pool', `Pool ${name} is not active.`, 'Start it.')
  const { type } = poolFactsOf(await client.pools.getXml(uuid))
  if (!['dir', 'fs', 'netfs'].includes(type)) {
    throw refuse('pool', `Pool ${name} is of type ${type}, which takes no files.`)
  }
  if (sizeBytes > availableBytes) {
    throw refuse(
      'sizeBytes',
      `Pool ${name} has ${availableBytes} bytes free; the file has ${sizeBytes}.`,
      'Take another pool, or make room.',
    )
  }
  return { uuid }
}

/** Whether a pool has a volume of this name now. */
export async function hasVolume(
  client: LibvirtClient,
  poolUuid: string,
  name: string,
): Promise<boolean> {
  try {
    await client.volumes.lookupByName(poolUuid, name)
    return true
  } catch (error) {
    if (isLibvirtError(error, 'NO_STORAGE_VOL')) return false
    throw error
  }
}

/** @throws ProblemError conflict when the pool has such a volume already */
export async function refuseVolume(
  client: LibvirtClient,
  poolUuid: string,
  { host, pool, name }: { host: string; pool: string; name: string },
): Promise<void> {
  if (!(await hasVolume(client, poolUuid, name))) return
  throw new ProblemError('conflict', {
    host,
    detail: `Pool ${pool} has a volume ${name}: it exists already.`,
    remedy: 'Take another name, or remove it first.',
    issues: [{ path: 'name', message: 'exists already' }],
  })
}

/** A raw volume of just this size, to be filled. */
export async function makeUploadVolume(
  client: LibvirtClient,
  poolUuid: string,
  { name, sizeBytes }: { name: string; sizeBytes: number },
): Promise<VolumeRef> {
  const xml =
    `<volume><name>${xmlText(name)}</name>` +
    `<capacity unit='bytes'>${sizeBytes}</capacity><allocation unit='bytes'>0</allocation>` +
    `<target><format type='raw'/><permissions><mode>0644</mode></permissions></target></volume>`
  return await client.volumes.create(poolUuid, xml)
}

/** Makes a volume and fills it. The client's connection is used for the stream alone. */
export async function uploadFile(
  client: LibvirtClient,
  poolUuid: string,
  file: { name: string; sizeBytes: number; parts: Iterable<Buffer> },
): Promise<VolumeRef> {
  const volume = await makeUploadVolume(client, poolUuid, file)
  try {
    const stream = await client.volumes.upload(volume, { lengthBytes: file.sizeBytes })
    for (const part of file.parts) await stream.write(part)
    await stream.finish()
    return volume
  } catch (error) {
    // What is half there must not be taken for the whole; the first error is the one that counts.
    if (client.connected) {
      await client.volumes.delete(volume).catch((second: unknown) => {
        if (!isLibvirtError(second)) throw second
      })
    }
    throw error
  }
}
