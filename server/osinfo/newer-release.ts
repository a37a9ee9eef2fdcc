import type { OsDatabase, OsFacts } from '../virtinst/os-facts.ts'

/** Facts that stand in for those of a release that the database does not know yet. */
export interface StandIn {
  os: OsFacts
  /** What a person is told. */
  warning: string
}

/**
 * What to use for a release newer than the database: `debian12` where `debian11` is the newest.
 * For Linux the newest generic Linux, for others the newest release of the same name; null when
 * the name is none of a later release of something known.
 */
export function newerRelease(database: OsDatabase, shortId: string): StandIn | null {
  const asked = /^(.*?[a-z-])(\d+(?:\.\d+)*)$/.exec(shortId)
  const [, stem = '', version = ''] = asked ?? []
  if (!asked || database.byShortId(shortId)) return null
  const known = database
    .list()
    .flatMap(({ shortId: name }) => {
      const rest = name.startsWith(stem) ? name.slice(stem.length) : ''
      return /^\d+(\.\d+)*$/.test(rest) ? [{ name, version: rest }] : []
    })
    .toSorted((a, b) => compareVersions(b.version, a.version))
  const newest = known[0]
  if (!newest || compareVersions(version, newest.version) <= 0) return null
  const same = database.byShortId(newest.name)
  const os = same?.family === 'linux' ? (genericLinux(database) ?? same) : same
  if (!os) return null
  const name = os.shortIds[0] ?? os.id
  return {
    os,
    warning:
      `The OS database does not know '${shortId}' yet (its newest is '${newest.name}'); ` +
      `the facts of '${name}' are used instead.`,
  }
}

/** The database, which has something to say also of releases that are newer than it. */
export function withStandIns(
  database: OsDatabase,
  say: (standIn: StandIn, asked: string) => void,
): OsDatabase {
  return {
    ...database,
    byShortId(shortId) {
      const known = database.byShortId(shortId)
      if (known) return known
      const standIn = newerRelease(database, shortId)
      if (!standIn) return undefined
      say(standIn, shortId)
      return standIn.os
    },
  }
}

/** The newest `linux20NN`. */
function genericLinux(database: OsDatabase): OsFacts | undefined {
  const names = database.list().flatMap(({ shortId }) => {
    return /^linux20\d\d$/.test(shortId) ? [shortId] : []
  })
  const newest = names.toSorted().at(-1)
  return newest === undefined ? undefined : database.byShortId(newest)
}

/** By the numbers between the dots. Negative: `a` is the earlier. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
