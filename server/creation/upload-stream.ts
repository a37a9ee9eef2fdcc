import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { VolumeRef } from '../libvirt/volumes.ts'
import { xmlText } from './xml-text.ts'

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
