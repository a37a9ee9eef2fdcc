import type { MediaFacts } from '../virtinst/host-facts.ts'
import type {
  DetectedMedia,
  OsDatabase,
  OsDevice,
  OsFacts,
  OsFirmware,
  OsResources,
  OsSummary,
} from '../virtinst/os-facts.ts'
import type { OsRecord, OsRecords, ResourceRecord, ResourcesRecord } from './records.ts'
import { findSignature } from './signatures.ts'

const kinds = [
  ['minimum', 'minimum'],
  ['recommended', 'recommended'],
  ['networkInstall', 'network-install'],
] as const

/**
 * The OS database over its records, with libosinfo's rules of inheritance: devices and firmware
 * united over `derives-from` and `clones` (not `upgrades`), the entry's own last, what it says is
 * unsupported taken away; resources only where the entry says so.
 */
export function osDatabaseOf(records: OsRecords): OsDatabase & { version: string } {
  const byShortId = new Map<string, number>()
  const byId = new Map<string, number>()
  for (const [index, { id, shortIds }] of records.keys.entries()) {
    byId.set(id, index)
    for (const name of shortIds) if (!byShortId.has(name)) byShortId.set(name, index)
  }
  const deviceById = new Map(records.devices.map((device) => [device.id, device]))
  const kept = new Map<number, OsFacts>()
  let list: readonly OsSummary[] | undefined

  const recordOf = (id: string): OsRecord | undefined => {
    const index = byId.get(id)
    return index === undefined ? undefined : records.at(index)
  }

  function factsAt(index: number | undefined): OsFacts | undefined {
    if (index === undefined) return undefined
    const known = kept.get(index)
    if (known) return known
    const facts = makeFacts(records.at(index))
    kept.set(index, facts)
    return facts
  }

  function makeFacts(os: OsRecord): OsFacts {
    const lineage = lineageOf(os, recordOf)
    return {
      id: os.id,
      shortIds: os.shortIds,
      name: os.name,
      family: inherited(lineage, (one) => one.family) ?? '',
      distro: inherited(lineage, (one) => one.distro) ?? '',
      version: os.version ?? '',
      releaseDate: os.released,
      eolDate: os.ended,
      resources: resourcesOf(os, recordOf),
      devices: [...united(lineage, (one) => one.devices)].map((id): OsDevice => {
        const device = deviceById.get(id)
        return { id, name: device?.name ?? '', class: device?.class ?? '' }
      }),
      firmware: firmwareOf(lineage),
      trees: [],
      hasInstallScripts: lineage.some((one) => one.installScripts),
    }
  }

  return {
    version: records.version,
    byShortId: (shortId) => factsAt(byShortId.get(shortId)),
    byId: (id) => factsAt(byId.get(id)),
    detectMedia(media: MediaFacts): DetectedMedia | undefined {
      const found = findSignature(records, media)
      const os = found && factsAt(byId.get(found.os.id))
      if (!found || !os) return undefined
      const { arch, live, kernel, initrd } = found.media
      return {
        os,
        arch,
        live,
        ...(kernel === null ? {} : { kernel }),
        ...(initrd === null ? {} : { initrd }),
      }
    },
    list: () =>
      (list ??= records.keys.map(({ id, shortIds }, index) => {
        const { name, family, released, ended } = records.at(index)
        return {
          id,
          shortId: shortIds[0] ?? '',
          name,
          family: family ?? '',
          releaseDate: released,
          eolDate: ended,
        }
      })),
  }
}

/** A system after its ancestors: the farthest first, each once, itself last. */
function lineageOf(
  os: OsRecord,
  recordOf: (id: string) => OsRecord | undefined,
  seen = new Set<string>(),
): OsRecord[] {
  if (seen.has(os.id)) return []
  seen.add(os.id)
  const parents = [...os.derivesFrom, ...os.clones].flatMap((id) => {
    const parent = recordOf(id)
    return parent ? lineageOf(parent, recordOf, seen) : []
  })
  return [...parents, os]
}

function inherited(
  lineage: OsRecord[],
  read: (os: OsRecord) => string | null,
): string | null {
  return lineage.map(read).findLast((value) => value !== null) ?? null
}

/** What is said over a lineage; a later `-x` takes an earlier `x` away. */
function united(lineage: OsRecord[], read: (os: OsRecord) => string[]): Set<string> {
  const all = new Set<string>()
  for (const item of lineage.flatMap(read)) {
    if (item.startsWith('-')) all.delete(item.slice(1))
    else all.add(item)
  }
  return all
}

function firmwareOf(lineage: OsRecord[]): OsFirmware[] {
  const last = new Map<string, boolean>()
  for (const item of lineage.flatMap((os) => os.firmwares)) {
    const supported = !item.startsWith('-')
    last.set(supported ? item : item.slice(1), supported)
  }
  return [...last].flatMap(([item, supported]) => {
    const [arch = '', type = ''] = item.split('/')
    return type === 'efi' || type === 'bios' ? [{ arch, type, supported }] : []
  })
}

function resourcesOf(
  os: OsRecord,
  recordOf: (id: string) => OsRecord | undefined,
): OsResources[] {
  return kinds.flatMap(([field, kind]) =>
    os.resources.flatMap((own) => {
      const amounts = amountsOf(os, own, field, recordOf, new Set())
      if (!amounts) return []
      const { ramBytes, cpus, storageBytes } = amounts
      return [
        {
          kind,
          arch: own.arch,
          ...(cpus === null ? {} : { cpus }),
          ...(ramBytes === null ? {} : { ramBytes }),
          ...(storageBytes === null ? {} : { storageBytes }),
        },
      ]
    }),
  )
}

type Field = (typeof kinds)[number][0]

/** An entry's own word, or that of the first ancestor which has one for the same arch. */
function amountsOf(
  os: OsRecord,
  own: ResourcesRecord,
  field: Field,
  recordOf: (id: string) => OsRecord | undefined,
  seen: Set<string>,
): ResourceRecord | null {
  if (own[field] || !own.inherit) return own[field]
  seen.add(os.id)
  for (const id of [...os.derivesFrom, ...os.clones]) {
    const parent = seen.has(id) ? undefined : recordOf(id)
    const same = parent?.resources.find(({ arch }) => arch === own.arch)
    const found = parent && same && amountsOf(parent, same, field, recordOf, seen)
    if (found) return found
  }
  return null
}
