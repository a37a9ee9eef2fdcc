import { headBytes, readDescriptor } from '../iso9660/descriptor.ts'
import type { Extent } from '../iso9660/descriptor.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { MediaFacts } from '../virtinst/host-facts.ts'

/** A piece of a volume by its path, through a download stream. Shorter at the volume's end. */
export async function readVolumeRange(
  client: LibvirtClient,
  path: string,
  { offsetBytes, lengthBytes }: Extent,
): Promise<Buffer> {
  const volume = await client.volumes.lookupByPath(path)
  const { capacityBytes } = await client.volumes.info(volume)
  // Libvirt refuses what reaches over the end.
  const length = Math.min(lengthBytes, capacityBytes - offsetBytes)
  if (length <= 0) return Buffer.alloc(0)
  const stream = await client.volumes.download(volume, { offsetBytes, lengthBytes: length })
  const pieces: Buffer[] = []
  for await (const item of stream) {
    pieces.push(item.type === 'data' ? item.bytes : Buffer.alloc(item.lengthBytes))
  }
  return Buffer.concat(pieces)
}

/**
 * What the ISO 9660 descriptor of an image on a host says; null when it is none, or cannot be read.
 * Closes the client: a stream needs a connection of its own.
 */
export async function readImageLabels(
  client: LibvirtClient,
  path: string,
): Promise<MediaFacts | null> {
  try {
    const extent = { offsetBytes: 0, lengthBytes: headBytes }
    const labels = readDescriptor(await readVolumeRange(client, path, extent))
    if (!labels) return null
    const { volumeId, systemId, publisherId, applicationId, sizeBytes } = labels
    return { path, volumeId, systemId, publisherId, applicationId, sizeBytes }
  } catch (error) {
    if (isLibvirtError(error)) return null
    throw error
  } finally {
    await client.close()
  }
}
