import { sectorBytes } from './descriptor.ts'

export interface IsoFile {
  /** Of letters, digits, `-`, `_`, `.`; at most 64. */
  name: string
  content: Buffer
}

export interface IsoOptions {
  /** At most 16 characters, so that Joliet can say it too. */
  volumeId: string
  files: readonly IsoFile[]
  /** Stands in all dates. */
  atMs: number
}

/** Where the tables stand: volume descriptors from 16 on, then one sector each. */
const place = {
  primary: 16,
  joliet: 17,
  end: 18,
  pathTableLittle: 19,
  pathTableBig: 20,
  root: 21,
  jolietPathLittle: 22,
  jolietPathBig: 23,
  jolietRoot: 24,
  data: 25,
} as const

/**
 * Makes an ISO 9660 image with a flat root: names whole through Rock Ridge (Linux) and Joliet
 * (Windows, BSD), plain 8.3 ones for what knows neither.
 *
 * @throws Error when a name or the volume id cannot be written, or there are too many files
 */
export function writeIso({ volumeId, files, atMs }: IsoOptions): Buffer {
  if (!/^[\w.-]{1,16}$/.test(volumeId)) throw new Error(`volume id ${volumeId}`)
  const bad = files.find(({ name }) => !/^[A-Za-z0-9][\w.-]{0,63}$/.test(name))
  if (bad) throw new Error(`file name ${bad.name}`)
  const at = new Date(atMs)
  let next: number = place.data
  const placed = files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((file, index) => {
      const sector = next
      next += Math.max(1, Math.ceil(file.content.length / sectorBytes))
      return { ...file, sector, plain: plainName(file.name, index) }
    })
  const image = Buffer.alloc(next * sectorBytes)
  const put = (sector: number, bytes: Buffer) => {
    if (sector < place.data && bytes.length > sectorBytes) throw new Error('too many files')
    bytes.copy(image, sector * sectorBytes)
  }

  const common = { volumeId, at, sectors: next }
  put(
    place.primary,
    descriptor({
      ...common,
      type: 1,
      rootSector: place.root,
      pathTables: [place.pathTableLittle, place.pathTableBig],
      encode: (text, length) => Buffer.from(text.padEnd(length), 'latin1'),
    }),
  )
  put(
    place.joliet,
    descriptor({
      ...common,
      type: 2,
      rootSector: place.jolietRoot,
      pathTables: [place.jolietPathLittle, place.jolietPathBig],
      encode: (text, length) => ucs2(text.padEnd(length / 2)),
    }),
  )
  const end = Buffer.alloc(sectorBytes)
  end[0] = 255
  end.write('CD001\u0001', 1, 'latin1')
  put(place.end, end)
  for (const [little, big, root] of [
    [place.pathTableLittle, place.pathTableBig, place.root],
    [place.jolietPathLittle, place.jolietPathBig, place.jolietRoot],
  ] as const) {
    put(little, pathTable(root, 'little'))
    put(big, pathTable(root, 'big'))
  }
  const self = { sector: place.root, bytes: sectorBytes, directory: true, at }
  const jolietSelf = { ...self, sector: place.jolietRoot }
  put(
    place.root,
    Buffer.concat([
      record({
        ...self,
        name: Buffer.from([0]),
        susp: [susp('SP', [0xbe, 0xef, 0]), mode(true), rockRidge],
      }),
      record({ ...self, name: Buffer.from([1]), susp: [mode(true)] }),
      ...placed.map(({ name, plain, sector, content }) =>
        record({
          sector,
          bytes: content.length,
          directory: false,
          at,
          name: Buffer.from(plain, 'latin1'),
          susp: [mode(false), susp('NM', [0, ...Buffer.from(name, 'latin1')])],
        }),
      ),
    ]),
  )
  put(
    place.jolietRoot,
    Buffer.concat([
      record({ ...jolietSelf, name: Buffer.from([0]), susp: [] }),
      record({ ...jolietSelf, name: Buffer.from([1]), susp: [] }),
      ...placed.map(({ name, sector, content }) =>
        record({
          sector,
          bytes: content.length,
          directory: false,
          at,
          name: ucs2(name),
          susp: [],
        }),
      ),
    ]),
  )
  for (const { sector, content } of placed) put(sector, content)
  return image
}

/** 8.3 as the standard has it, made different by a number: `USERDA00.;1`. */
function plainName(name: string, index: number): string {
  const letters = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .slice(0, 6)
  return `${letters}${String(index).padStart(2, '0')}.;1`
}

function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

/** A 32-bit number in both byte orders, as the standard has it. */
function both32(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt32LE(value, at)
  buffer.writeUInt32BE(value, at + 4)
}

function both16(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt16LE(value, at)
  buffer.writeUInt16BE(value, at + 2)
}

const pathTableBytes = 10

function pathTable(rootSector: number, order: 'little' | 'big'): Buffer {
  const table = Buffer.alloc(pathTableBytes)
  table[0] = 1
  if (order === 'little') table.writeUInt32LE(rootSector, 2)
  else table.writeUInt32BE(rootSector, 2)
  if (order === 'little') table.writeUInt16LE(1, 6)
  else table.writeUInt16BE(1, 6)
  return table
}

function descriptor(of: {
  type: 1 | 2
  volumeId: string
  at: Date
  sectors: number
  rootSector: number
  pathTables: readonly [number, number]
  encode(text: string, lengthBytes: number): Buffer
}): Buffer {
  const bytes = Buffer.alloc(sectorBytes)
  const text = (value: string, at: number, length: number) =>
    of.encode(value, length).copy(bytes, at, 0, length)
  bytes[0] = of.type
  bytes.write('CD001\u0001', 1, 'latin1')
  text('', 8, 32)
  text(of.volumeId, 40, 32)
  both32(bytes, of.sectors, 80)
  // UCS-2 level 3: what makes a supplementary descriptor Joliet.
  if (of.type === 2) bytes.write('%/E', 88, 'latin1')
  both16(bytes, 1, 120)
  both16(bytes, 1, 124)
  both16(bytes, sectorBytes, 128)
  both32(bytes, pathTableBytes, 132)
  bytes.writeUInt32LE(of.pathTables[0], 140)
  bytes.writeUInt32BE(of.pathTables[1], 148)
  record({
    sector: of.rootSector,
    bytes: sectorBytes,
    directory: true,
    at: of.at,
    name: Buffer.from([0]),
    susp: [],
  }).copy(bytes, 156)
  for (const [at, length] of [
    [190, 128],
    [318, 128],
    [446, 128],
    [574, 128],
  ] as const) {
    text('', at, length)
  }
  for (const [at, length] of [
    [702, 37],
    [739, 37],
    [776, 37],
  ] as const) {
    bytes.fill(of.type === 1 ? 0x20 : 0, at, at + length)
  }
  for (const at of [813, 830]) longDate(of.at).copy(bytes, at)
  for (const at of [847, 864]) longDate(null).copy(bytes, at)
  bytes[881] = 1
  return bytes
}

/** `YYYYMMDDhhmmsscc` and the zone, in quarters of an hour from UTC. */
function longDate(at: Date | null): Buffer {
  const digits = at
    ? at.toISOString().replaceAll(/[^\d]/g, '').slice(0, 16).padEnd(16, '0')
    : '0'.repeat(16)
  return Buffer.from(`${digits}\0`, 'latin1')
}

interface RecordOf {
  sector: number
  bytes: number
  directory: boolean
  at: Date
  name: Buffer
  susp: readonly Buffer[]
}

function record({ sector, bytes, directory, at, name, susp: area }: RecordOf): Buffer {
  const nameEnd = 33 + name.length + (name.length % 2 === 0 ? 1 : 0)
  const areaBytes = Buffer.concat(area)
  const length = nameEnd + areaBytes.length
  const result = Buffer.alloc(length + (length % 2))
  result[0] = result.length
  both32(result, sector, 2)
  both32(result, bytes, 10)
  const date = [
    at.getUTCFullYear() - 1900,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    0,
  ]
  result.set(date, 18)
  result[25] = directory ? 2 : 0
  both16(result, 1, 28)
  result[32] = name.length
  name.copy(result, 33)
  areaBytes.copy(result, nameEnd)
  return result
}

/** An entry of the system use area (SUSP): tag, length, version 1, data. */
function susp(tag: string, data: readonly number[]): Buffer {
  return Buffer.concat([
    Buffer.from(tag, 'latin1'),
    Buffer.from([4 + data.length, 1, ...data]),
  ])
}

/** ER: names the extension, without which some readers do not look for it. */
const rockRidge = susp('ER', [10, 0, 0, 1, ...Buffer.from('RRIP_1991A', 'latin1')])

/** PX: who may read it. */
function mode(directory: boolean): Buffer {
  const data = Buffer.alloc(32)
  both32(data, directory ? 0o040555 : 0o100444, 0)
  both32(data, directory ? 2 : 1, 8)
  return susp('PX', [...data])
}
