/** Bytes of a sector; the volume's blocks are as large on every disc that is made. */
export const sectorBytes = 2_048
/** Descriptors begin after the system area. */
const firstDescriptor = 16
/** How much of the beginning is enough to know an image. Bytes. */
export const headBytes = 65_536

/** What the primary volume descriptor says (ECMA-119, 8.4); trailing blanks removed. */
export interface VolumeDescriptor {
  volumeId: string
  systemId: string
  publisherId: string
  applicationId: string
  /** The volume's own length: what stands behind it in the file is not part of it. */
  sizeBytes: number
  root: Extent
}

/** A run of bytes in the image. */
export interface Extent {
  offsetBytes: number
  lengthBytes: number
}

/** Reads the primary volume descriptor in the beginning of an image; null when there is none. */
export function readDescriptor(head: Buffer): VolumeDescriptor | null {
  for (let sector = firstDescriptor; ; sector++) {
    const at = sector * sectorBytes
    if (at + sectorBytes > head.length) return null
    if (head.toString('latin1', at + 1, at + 6) !== 'CD001') return null
    const type = head[at]
    // 255 ends the list.
    if (type === 255) return null
    if (type !== 1) continue
    const text = (from: number, length: number) =>
      head
        .toString('latin1', at + from, at + from + length)
        .replace(/[\0 ]+$/, '')
        .replaceAll(/\p{Cc}/gu, ' ')
    const blockBytes = head.readUInt16LE(at + 128) || sectorBytes
    return {
      systemId: text(8, 32),
      volumeId: text(40, 32),
      publisherId: text(318, 128),
      applicationId: text(574, 128),
      sizeBytes: head.readUInt32LE(at + 80) * blockBytes,
      root: extentOf(head.subarray(at + 156, at + 190), blockBytes),
    }
  }
}

/** Where a directory record's data lie. */
export function extentOf(record: Buffer, blockBytes = sectorBytes): Extent {
  return {
    offsetBytes: record.readUInt32LE(2) * blockBytes,
    lengthBytes: record.readUInt32LE(10),
  }
}
