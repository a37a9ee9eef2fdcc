import type { QmpSchema } from '../contract/monitor.ts'
import type { QmpValue } from '../contract/qmp-json.ts'

type Entry = { [name: string]: QmpValue }

const maxValues = 200
/** An array of arrays is not looked into any further. */
const noTypes: ReadonlyMap<string, Entry> = new Map()

/**
 * What completion needs of `query-qmp-schema` (QAPI introspection, qapi/introspect.json): commands
 * with their arguments, and the names of events. Types are numbers there; here they get words.
 */
export function readQmpSchema(version: string, entries: readonly QmpValue[]): QmpSchema {
  const byName = new Map<string, Entry>()
  for (const entry of entries) if (isEntry(entry)) byName.set(word(entry['name']), entry)
  const named = (metaType: string) =>
    [...byName.values()].filter((entry) => entry['meta-type'] === metaType)
  return {
    version,
    commands: named('command')
      .map((entry) => ({
        name: word(entry['name']),
        arguments: argumentsOf(byName.get(word(entry['arg-type'])), byName),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    events: named('event')
      .map((entry) => word(entry['name']))
      .toSorted(),
  }
}

function argumentsOf(type: Entry | undefined, types: ReadonlyMap<string, Entry>) {
  return list(type?.['members']).map((member) => {
    const memberType = types.get(word(member['type']))
    return {
      name: word(member['name']),
      type: typeWord(memberType, types),
      // `default` is there, and null, for every optional member.
      optional: 'default' in member,
      values: valuesOf(memberType),
    }
  })
}

function valuesOf(type: Entry | undefined): string[] {
  if (type?.['json-type'] === 'boolean') return ['true', 'false']
  if (type?.['meta-type'] !== 'enum') return []
  const values = type['values']
  return Array.isArray(values) ? values.slice(0, maxValues).map(word) : []
}

/** Names of types are hidden in the schema: what is left is what JSON it is. */
function typeWord(type: Entry | undefined, types: ReadonlyMap<string, Entry>): string {
  switch (type?.['meta-type']) {
    case 'builtin':
      return word(type['json-type'])
    case 'enum':
      return 'enum'
    case 'array':
      return `[${typeWord(types.get(word(type['element-type'])), noTypes)}]`
    case 'object':
      return 'object'
    case 'alternate':
      return 'any of several'
    default:
      return 'any'
  }
}

function isEntry(value: QmpValue): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: QmpValue | undefined): Entry[] {
  return Array.isArray(value) ? value.filter(isEntry) : []
}

function word(value: QmpValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
