import { groups } from './groups.ts'

/**
 * The options as a table. A row is `key | path | kind | other spellings`: the key as typed (`#` takes
 * an optional number, 0 when absent), where it goes in the XML (`-`: code decides), and what kind of
 * value it is. Paths of devices start at the device, all others at `<domain>`. Keys are applied in
 * the order of the rows, not as typed.
 */
export interface OptionSpec {
  name: string
  /** The element that each use makes; null for what is one of its kind in the domain. */
  element: string | null
  /** Where that element goes. */
  parent: 'devices' | 'domain'
  /** Keys that leading bare words fill, in this order. */
  words: readonly string[]
  keys: readonly KeySpec[]
}

export type ValueKind = 'text' | 'int' | 'yes/no' | 'on/off' | 'present' | 'code'

export interface KeySpec {
  key: string
  /** null: code decides. */
  path: string | null
  kind: ValueKind
  /** The value is yes or no. */
  isSwitch: boolean
  /** Its value may hold commas and runs on until the next known key. */
  commas: boolean
  /** The word `default` means unset. */
  orDefault: boolean
  aliases: readonly string[]
}

interface Shape {
  words: readonly string[]
  groups?: readonly (keyof typeof groups)[]
}

/** Every option with sub-options takes these too; they are applied after everything else. */
const everywhere = `
    clearxml      | - | code:yes/no
    xpath#.delete | - | code commas
    xpath#.set    | - | code commas
    xpath#.create | - | code commas
    xpath#.value  | - | code commas
`

export const option = (name: string, shape: Shape, rows: string): OptionSpec =>
  made(name, null, shape, `${everywhere}${rows}`)

export const device = (
  name: string,
  element: string,
  shape: Shape,
  rows: string,
): OptionSpec => made(name, element, shape, `${everywhere}${rows}`)

/** A list directly below `<domain>`. */
export const domainElement = (
  name: string,
  element: string,
  shape: Shape,
  rows: string,
): OptionSpec => ({
  ...device(name, element, shape, rows),
  parent: 'domain',
})

/** An option of virt-install itself, that puts nothing into the XML by itself. */
export const plainOption = (name: string, shape: Shape, rows: string): OptionSpec =>
  made(name, null, shape, rows)

/** 1,500 rows in all: an option's are read when a line uses it. */
function made(
  name: string,
  element: string | null,
  shape: Shape,
  rows: string,
): OptionSpec {
  const shared = (shape.groups ?? []).map((group) => groups[group]).join('')
  let keys: readonly KeySpec[] | null = null
  return {
    name,
    element,
    parent: 'devices',
    words: shape.words,
    get keys() {
      return (keys ??= rowsOf(`${shared}${rows}`))
    },
  }
}

/** A key as typed, found in the table. */
export interface FoundKey {
  key: KeySpec
  /** One for each `#` of the key; 0 where no number was typed. */
  indexes: number[]
  /** The table's own spelling, with the numbers that were typed. */
  canonical: string
}

interface KeyIndex {
  plain: Map<string, KeySpec>
  numbered: Map<string, { key: KeySpec; spelling: string }>
}

const indexes = new WeakMap<OptionSpec, KeyIndex>()

function indexOf(spec: OptionSpec): KeyIndex {
  let index = indexes.get(spec)
  if (!index) {
    index = { plain: new Map(), numbered: new Map() }
    for (const key of spec.keys) {
      for (const spelling of [key.key, ...key.aliases]) {
        if (!key.key.includes('#')) {
          if (!index.plain.has(spelling)) index.plain.set(spelling, key)
        } else index.numbered.set(spelling.replaceAll('#', ''), { key, spelling })
      }
    }
    indexes.set(spec, index)
  }
  return index
}

/** Looks a key up by any of its spellings; undefined: virt-install does not know it. */
export function findKey(spec: OptionSpec, typed: string): FoundKey | undefined {
  const { plain, numbered } = indexOf(spec)
  const exact = plain.get(typed)
  if (exact) return { key: exact, indexes: [], canonical: exact.key }
  // `seclabel1.relabel` and `xpath0.set` have their number at the end of a part.
  const bare = typed.replace(/\d+(?=\.|$)/g, '')
  const entry = numbered.get(typed) ?? numbered.get(bare)
  if (!entry) return undefined
  const pattern = new RegExp(
    `^${entry.spelling.replaceAll('.', '\\.').replaceAll('#', '(\\d*)')}$`,
  )
  const match = pattern.exec(typed)
  if (!match) return undefined
  const typedIndexes = match.slice(1)
  const wanted = entry.key.key.split('#').length - 1
  // An alias without numbers (`source_host_name`) means the first of the list.
  while (typedIndexes.length < wanted) typedIndexes.push('')
  let at = 0
  return {
    key: entry.key,
    indexes: typedIndexes.map((index) => (index === '' ? 0 : Number(index))),
    canonical: entry.key.key.replace(/#/g, () => typedIndexes[at++] ?? ''),
  }
}

function rowsOf(rows: string): KeySpec[] {
  return rows
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [key = '', path = '-', kindText = 'text', aliases = ''] = line
        .split('|')
        .map((cell) => cell.trim())
      const [kind = 'text', ...flags] = kindText.split(/\s+/)
      return {
        key,
        path: path === '-' ? null : path,
        kind: (kind.startsWith('code') ? 'code' : kind) as ValueKind,
        isSwitch: ['code:yes/no', 'yes/no', 'on/off', 'present'].includes(kind),
        commas: flags.includes('commas'),
        orDefault: flags.includes('or-default'),
        aliases: aliases === '' ? [] : aliases.split(/\s+/),
      }
    })
}
