import type { OsEntry } from '../contract/create.ts'
import type { OsDatabase, OsFacts } from '../virtinst/os-facts.ts'

/** An operating system as the type-ahead shows it, with its sizes on this architecture. */
export function osEntryOf(os: OsFacts, arch: string): OsEntry {
  const amounts = (kind: 'minimum' | 'recommended') => {
    // What the architecture itself says goes before what is said of all.
    const own = os.resources.find((one) => one.kind === kind && one.arch === arch)
    const all = os.resources.find((one) => one.kind === kind && one.arch === 'all')
    if (!own && !all) return null
    const { ramBytes, cpus, storageBytes } = { ...all, ...own }
    return {
      ramBytes: ramBytes ?? null,
      cpus: cpus ?? null,
      storageBytes: storageBytes ?? null,
    }
  }
  const { id, shortIds, name, family, releaseDate, eolDate } = os
  return {
    shortId: shortIds[0] ?? id,
    id,
    name,
    family,
    releaseDate,
    eolDate,
    minimum: amounts('minimum'),
    recommended: amounts('recommended'),
  }
}

/**
 * Systems whose id or name has all words of a search: exact ids first, then those that begin with it,
 * then those still maintained, the newest first.
 */
export function searchOs(
  database: OsDatabase,
  search: string,
  { limit, arch, todayIso }: { limit: number; arch: string; todayIso: string },
): OsEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const [first = ''] = words
  const found = database.list().filter(({ shortId, name }) => {
    const text = `${shortId} ${name}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const key = ({ shortId, eolDate }: (typeof found)[number]) =>
    (shortId === first ? 0 : 4) +
    (shortId.startsWith(first) ? 0 : 2) +
    (eolDate !== null && eolDate < todayIso ? 1 : 0)
  return found
    .toSorted(
      (a, b) =>
        key(a) - key(b) ||
        (b.releaseDate ?? '9').localeCompare(a.releaseDate ?? '9') ||
        a.shortId.localeCompare(b.shortId, 'en', { numeric: true }),
    )
    .slice(0, limit)
    .flatMap(({ id }) => {
      const os = database.byId(id)
      return os ? [osEntryOf(os, arch)] : []
    })
}
