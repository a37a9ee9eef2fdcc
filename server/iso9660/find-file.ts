import type { Extent } from './descriptor.ts'
import { extentOf, headBytes, readDescriptor, sectorBytes } from './descriptor.ts'

/** Reads a piece of an image, which may be on another machine. Shorter at the image's end. */
export type ReadRange = (extent: Extent) => Promise<Buffer>

/** No directory of an installation medium comes near. */
const mostDirectoryBytes = 4 * 1024 * 1024
const directoryFlag = 2

interface Entry extends Extent {
  names: string[]
  directory: boolean
}

/**
 * Finds a file in an ISO 9660 image by its path (`install.amd/vmlinuz`). Names are those of Rock
 * Ridge where the image has them, else the plain ones, compared without regard to case.
 *
 * @returns null when the image has no such file, or is none
 */
export async function findFile(read: ReadRange, path: string): Promise<Extent | null> {
  const head = await read({ offsetBytes: 0, lengthBytes: headBytes })
  const volume = readDescriptor(head)
  if (!volume) return null
  let at: Entry = { ...volume.root, names: [], directory: true }
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    if (!at.directory || at.lengthBytes > mostDirectoryBytes) return null
    const entries = entriesOf(await read(at))
    const wanted = name.toLowerCase()
    const next =
      entries.find(({ names }) => names[0] === name) ??
      entries.find(({ names }) => names.some((one) => one.toLowerCase() === wanted))
    if (!next) return null
    at = next
  }
  if (at.directory) return null
  return { offsetBytes: at.offsetBytes, lengthBytes: at.lengthBytes }
}

/** The records of a directory (ECMA-119, 9.1). Bytes that are none end the sector they are in. */
function entriesOf(directory: Buffer): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < directory.length;) {
    const length = directory[at] ?? 0
    const record = directory.subarray(at, at + length)
    // A record never crosses a sector: a length of 0 fills the rest.
    if (length < 34 || record.length < length) {
      at = (Math.floor(at / sectorBytes) + 1) * sectorBytes
      continue
    }
    at += length
    const nameBytes = record[32] ?? 0
    const name = record.toString('latin1', 33, 33 + nameBytes)
    if (name === '\0' || name === '\u0001') continue
    const plain = name.replace(/;\d+$/, '').replace(/\.$/, '')
    const suspAt = 33 + nameBytes + (nameBytes % 2 === 0 ? 1 : 0)
    const alternate = rockRidgeName(record.subarray(suspAt))
    entries.push({
      ...extentOf(record),
      names: alternate === null ? [plain] : [alternate, plain],
      directory: ((record[25] ?? 0) & directoryFlag) !== 0,
    })
  }
  return entries
}

/** The name of the NM entries in a record's system use area; null when there is none. */
function rockRidgeName(area: Buffer): string | null {
  let name: string | null = null
  for (let at = 0; at + 4 <= area.length;) {
    const length = area[at + 2] ?? 0
    if (length < 4 || at + length > area.length) break
    if (area.toString('latin1', at, at + 2) === 'NM' && length > 5) {
      name = (name ?? '') + area.toString('utf8', at + 5, at + length)
    }
    at += length
  }
  return name
}
