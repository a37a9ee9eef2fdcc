import type {
  MediaRecord,
  OsRecord,
  OsRecords,
  ResourceRecord,
  ResourcesRecord,
} from './records.ts'

/*
 * The facts file: the records of a database, what repeats only once. A system is
 * [id, shortIds, name, version, family, distro, released, ended, derivesFrom, clones, devices,
 * firmwares, resources, media, install scripts], the tail left out where it is empty. Texts
 * that repeat are numbers of `texts`, resources a number of `resources`, systems that one derives
 * from numbers of `systems`; a medium is [number of `media`, volume id, volume bytes]. Media of
 * architectures that Ballast does not install are left out.
 */

type Text = number | string | null
type Amounts = (number | null)[] | null
type PackedResources = [string, number, Amounts, Amounts, Amounts]

/** What the facts file holds. */
export interface CompactFacts {
  source: string
  version: string
  texts: string[]
  /** arch, system id, publisher id, application id, kernel, initrd, `live`. */
  media: (string | null)[][]
  resources: PackedResources[][]
  devices: [string, string, string][]
  /** Looked into one by one, when asked for. */
  systems: unknown[][]
}

const areLists = (value: unknown): value is unknown[][] =>
  Array.isArray(value) && value.every((one) => Array.isArray(one))

/**
 * Whether a value has the shape of the facts file. Written by hand: a schema library costs the command
 * line as much time as all the rest.
 */
function isCompactFacts(value: unknown): value is CompactFacts {
  if (typeof value !== 'object' || value === null) return false
  const {
    source,
    version,
    texts,
    media,
    resources,
    devices,
    systems,
  }: Partial<Record<keyof CompactFacts, unknown>> = value
  return (
    typeof source === 'string' &&
    typeof version === 'string' &&
    Array.isArray(texts) &&
    texts.every((one) => typeof one === 'string') &&
    [media, resources, devices, systems].every(areLists)
  )
}

const keptArches = new Set(['x86_64', 'i686', 'aarch64', 'all'])

/** Whether a medium is of an architecture whose media are kept. */
export function isKeptMedia(media: MediaRecord): boolean {
  return keptArches.has(media.arch)
}

type PackedOs = [
  id: string,
  shortIds: string[],
  name: string,
  version: Text,
  family: Text,
  distro: Text,
  released: Text,
  ended: Text,
  derivesFrom: Text[],
  clones: Text[],
  devices: Text[],
  firmwares: Text[],
  resources: number | null,
  media: [number, Text, number | null][],
  installScripts: number,
]

/** What stands where in a system: `s` text, `l` list, `t` text or number or null, `n` number. */
const osShape = 'slstttttlllltln'

function isPackedOs(value: unknown[]): value is PackedOs {
  return [...osShape].every((kind, at) => {
    const one = value[at]
    if (kind === 'l') return Array.isArray(one)
    if (kind === 's') return typeof one === 'string'
    return (
      typeof one === 'number' || (kind === 't' && (one === null || typeof one === 'string'))
    )
  })
}

/** What a system without more to say has, in the order of `PackedOs`. */
const osDefaults: unknown[] = [null, [], '']
osDefaults.push(null, null, null, null, null, [], [], [], [], null, [], 0)

/** Values by the number they get; the same value gets the same number. */
class Numbered<T> {
  readonly values: T[] = []
  readonly #numbers = new Map<string, number>()

  put(value: T): number {
    const key = JSON.stringify(value)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.values.push(value) - 1)
    return this.values.length - 1
  }
}

type Put = (value: string | null) => Text

/** Makes the facts file's content from a database. */
export function pack(records: OsRecords, source: string): CompactFacts {
  const all = records.keys.map((_, index) => records.at(index))
  const counts = new Map<string, number>()
  const count = (value: string | null) => {
    if (value !== null && value.length > 2) counts.set(value, (counts.get(value) ?? 0) + 1)
    return value
  }
  const places = new Map(all.map((os, index) => [os.id, index]))
  const putOs: Put = (id) => (id === null ? null : (places.get(id) ?? id))
  const packAll = (put: Put) => {
    const media = new Numbered<(string | null)[]>()
    const resources = new Numbered<CompactFacts['resources'][number]>()
    const systems = all.map((os) => packOs(os, put, putOs, media, resources))
    return { media: media.values, resources: resources.values, systems }
  }
  packAll(count)
  const texts = [...counts]
    .filter(([, times]) => times > 1)
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([value]) => value)
  const numbers = new Map(texts.map((value, index) => [value, index]))
  const packed = packAll((value) => (value === null ? null : (numbers.get(value) ?? value)))
  const devices: CompactFacts['devices'] = records.devices.map((device) => [
    device.id,
    device.class,
    device.name,
  ])
  return { source, version: records.version, texts, devices, ...packed }
}

function packOs(
  os: OsRecord,
  put: Put,
  putOs: Put,
  media: Numbered<(string | null)[]>,
  resources: Numbered<CompactFacts['resources'][number]>,
): unknown[] {
  return trimmed([
    os.id,
    os.shortIds,
    os.name,
    put(os.version),
    put(os.family),
    put(os.distro),
    put(os.released),
    put(os.ended),
    os.derivesFrom.map(putOs),
    os.clones.map(putOs),
    os.devices.map(put),
    os.firmwares.map(put),
    os.resources.length > 0 ? resources.put(os.resources.map(packResources)) : null,
    os.media.filter(isKeptMedia).map((one) => {
      const { arch, systemId, publisherId, applicationId, kernel, initrd } = one
      const live = one.live ? 'live' : null
      const shape = [arch, systemId, publisherId, applicationId, kernel, initrd, live]
      return [media.put(shape), put(one.volumeId), one.volumeBytes]
    }),
    os.installScripts ? 1 : 0,
  ])
}

function trimmed(fields: unknown[]): unknown[] {
  const last = fields.findLastIndex(
    (field) =>
      field !== null && field !== 0 && !(Array.isArray(field) && field.length === 0),
  )
  return fields.slice(0, last + 1)
}

function packResources(one: ResourcesRecord): PackedResources {
  return [
    one.arch,
    one.inherit ? 1 : 0,
    packAmounts(one.minimum),
    packAmounts(one.recommended),
    packAmounts(one.networkInstall),
  ]
}

const mib = 1_048_576

/** In MiB where it comes out even, as a negative number of bytes where not. */
function packAmounts(of: ResourceRecord | null): (number | null)[] | null {
  if (!of) return null
  return [packBytes(of.ramBytes), of.cpus, packBytes(of.storageBytes)]
}

function packBytes(bytes: number | null): number | null {
  if (bytes === null) return null
  return bytes % mib === 0 ? bytes / mib : -bytes
}

/**
 * The database that a facts file holds. Each system is made when it is first asked for: whoever
 * wants one need not wait for 790.
 *
 * @throws ZodError when it is not one
 */
export function unpack(content: unknown): OsRecords {
  if (!isCompactFacts(content)) throw new TypeError('this is no file of OS facts')
  const facts = content
  const kept: (OsRecord | undefined)[] = []
  return {
    version: facts.version,
    devices: facts.devices.map(([id, kind, name]) => ({ id, class: kind, name })),
    keys: facts.systems.map(keysOf),
    at: (index) => (kept[index] ??= unpackOs(facts, index)),
  }
}

function keysOf([id, shortIds]: unknown[]): OsRecords['keys'][number] {
  const names = Array.isArray(shortIds) ? shortIds.map(String) : []
  return { id: String(id), shortIds: names }
}

function unpackOs(facts: CompactFacts, index: number): OsRecord {
  const given = facts.systems[index] ?? []
  const os: unknown[] = [...given, ...osDefaults.slice(given.length)]
  if (!isPackedOs(os)) throw new TypeError(`OS facts: system ${index} is damaged`)
  const at = (value: Text): string | null =>
    typeof value === 'number' ? (facts.texts[value] ?? null) : value
  const all = (values: Text[]) => values.map((value) => at(value) ?? '')
  const ids = (values: Text[]) =>
    values.map((value) =>
      String(typeof value === 'number' ? facts.systems[value]?.[0] : value),
    )
  return {
    id: os[0],
    shortIds: os[1],
    name: os[2],
    version: at(os[3]),
    family: at(os[4]),
    distro: at(os[5]),
    released: at(os[6]),
    ended: at(os[7]),
    derivesFrom: ids(os[8]),
    clones: ids(os[9]),
    devices: all(os[10]),
    firmwares: all(os[11]),
    resources: (os[12] === null ? [] : (facts.resources[os[12]] ?? [])).map(
      unpackResources,
    ),
    media: os[13].map(([number, volumeId, volumeBytes]) => {
      const shape = facts.media[number] ?? []
      return {
        arch: shape[0] ?? 'all',
        volumeId: at(volumeId),
        systemId: shape[1] ?? null,
        publisherId: shape[2] ?? null,
        applicationId: shape[3] ?? null,
        volumeBytes,
        kernel: shape[4] ?? null,
        initrd: shape[5] ?? null,
        live: shape[6] === 'live',
      }
    }),
    installScripts: os[14] === 1,
  }
}

function unpackResources(packed: PackedResources): ResourcesRecord {
  const [arch, inherit, minimum, recommended, networkInstall] = packed
  return {
    arch,
    inherit: inherit === 1,
    minimum: unpackAmounts(minimum),
    recommended: unpackAmounts(recommended),
    networkInstall: unpackAmounts(networkInstall),
  }
}

function unpackAmounts(packed: (number | null)[] | null): ResourceRecord | null {
  if (!packed) return null
  const [ram = null, cpus = null, storage = null] = packed
  return { ramBytes: unpackBytes(ram), cpus, storageBytes: unpackBytes(storage) }
}

function unpackBytes(value: number | null): number | null {
  if (value === null) return null
  return value < 0 ? -value : value * mib
}
