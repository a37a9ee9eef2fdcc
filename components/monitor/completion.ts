import type { QmpSchema } from '../../server/contract/monitor.ts'

export interface Suggestion {
  /** What is shown, and beside it. */
  label: string
  detail: string
  optional: boolean
  /** Replaces the text from `from` to `to`; `caret` counts from the start of it. */
  insert: string
  caret: number
}

export interface Completion {
  from: number
  to: number
  suggestions: Suggestion[]
}

const maxSuggestions = 50

interface Place {
  /** Names of the objects around the caret; '' for a list. */
  path: string[]
  /** The member whose value stands at the caret; null = a name is to be written. */
  key: string | null
  /** What has been written of the word at the caret. */
  prefix: string
  from: number
}

/** Where in a piece of JSON the caret is; reads only what stands before it, however broken. */
export function placeIn(text: string, caret: number): Place {
  const path: string[] = []
  const lists: boolean[] = []
  let key: string | null = null
  let word = ''
  let at = 0
  let from = caret
  let prefix = ''
  while (at < caret) {
    const char = text[at]!
    if (char === '"') {
      const end = stringEnd(text, at, caret)
      word = text.slice(at + 1, end === null ? caret : end)
      if (end === null) {
        prefix = word
        from = at
        return { path, key, prefix, from }
      }
      at = end + 1
      continue
    }
    if (char === '{' || char === '[') {
      path.push(key ?? '')
      lists.push(char === '[')
      key = null
    } else if (char === '}' || char === ']') {
      path.pop()
      lists.pop()
      key = null
    } else if (char === ':') {
      key = word
    } else if (char === ',' && lists.at(-1) !== true) {
      key = null
    } else if (/[\w-]/.test(char)) {
      const bare = /^[\w-]+/.exec(text.slice(at, caret))![0]
      if (at + bare.length === caret) {
        prefix = bare
        from = at
      }
      at += bare.length
      continue
    }
    at++
  }
  // The outermost object has no name.
  return { path, key, prefix, from }
}

function stringEnd(text: string, start: number, limit: number): number | null {
  for (let at = start + 1; at < limit; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return null
}

/**
 * What may stand at the caret by the schema: names of commands, of arguments, and values of
 * enumerations. An empty editor, or a bare word, becomes a whole command.
 */
export function complete(
  text: string,
  caret: number,
  schema: QmpSchema,
): Completion | null {
  if (/^\s*[\w-]*\s*$/.test(text)) return wholeCommand(text, schema)
  const place = placeIn(text, caret)
  const to = endOfWord(text, caret, place)
  const [, inner, ...deeper] = place.path
  if (place.path.length === 0 || deeper.length > 0) return null
  // Behind a finished value nothing but a comma or a brace can come.
  if (!/[{,:]\s*$/.test(text.slice(0, place.from))) return null
  if (inner === undefined) {
    if (place.key === 'execute') {
      return offer(
        place,
        to,
        schema.commands.map(({ name }) => plain(name, quoted(name))),
      )
    }
    if (place.key !== null) return null
    const members = ['execute', 'arguments'].filter((name) => !text.includes(`"${name}"`))
    return offer(place, to, members.map(memberOf))
  }
  if (inner !== 'arguments') return null
  const command = commandIn(text, schema)
  if (!command) return null
  if (place.key === null) {
    const given = text.slice(0, place.from) + text.slice(to)
    return offer(
      place,
      to,
      command.arguments
        .filter(({ name }) => !given.includes(`"${name}"`))
        .map((argument) => ({
          ...nameOf(argument.name, argument.type),
          detail: argument.type,
          optional: argument.optional,
        })),
    )
  }
  const argument = command.arguments.find(({ name }) => name === place.key)
  const isWord = argument?.type === 'boolean'
  return offer(
    place,
    to,
    (argument?.values ?? []).map((value) => plain(value, isWord ? value : quoted(value))),
  )
}

function wholeCommand(text: string, schema: QmpSchema): Completion | null {
  const prefix = text.trim()
  const suggestions = schema.commands.map(({ name, arguments: all }): Suggestion => {
    const needs = all.filter(({ optional }) => !optional)
    if (needs.length === 0) return plain(name, `{"execute": ${quoted(name)}}`)
    const start = `{"execute": ${quoted(name)}, "arguments": {`
    return { ...plain(name, `${start}}}`), caret: start.length }
  })
  return offer({ path: [], key: null, prefix, from: 0 }, text.length, suggestions)
}

/** The command that the text names, if QEMU has it. */
export function commandIn(text: string, schema: QmpSchema) {
  const name = /"execute"\s*:\s*"([^"]+)"/.exec(text)?.[1]
  return schema.commands.find((command) => command.name === name) ?? null
}

/** What begins as written comes first, then what contains it. */
function offer(place: Place, to: number, all: Suggestion[]): Completion | null {
  const wanted = place.prefix.toLowerCase()
  const begins = all.filter(({ label }) => label.toLowerCase().startsWith(wanted))
  const contains = all.filter(
    ({ label }) =>
      label.toLowerCase().includes(wanted) && !label.toLowerCase().startsWith(wanted),
  )
  const suggestions = [...begins, ...contains].slice(0, maxSuggestions)
  return suggestions.length === 0 ? null : { from: place.from, to, suggestions }
}

/** The rest of the word behind the caret is replaced too, with its closing quote. */
function endOfWord(text: string, caret: number, place: Place): number {
  const rest = /^[\w-]*/.exec(text.slice(caret))![0].length
  const isString = text[place.from] === '"'
  return caret + rest + (isString && text[caret + rest] === '"' ? 1 : 0)
}

function plain(label: string, insert: string): Suggestion {
  return { label, insert, caret: insert.length, detail: '', optional: false }
}

function memberOf(name: string): Suggestion {
  return nameOf(name, name === 'execute' ? 'string' : 'object')
}

/** A name with its colon, and the caret where the value is to be written. */
function nameOf(name: string, type: string): Suggestion {
  const pair = type === 'string' || type === 'enum' ? '""' : type === 'object' ? '{}' : ''
  const insert = `${quoted(name)}: ${pair}`
  return { ...plain(name, insert), caret: insert.length - (pair === '' ? 0 : 1) }
}

function quoted(name: string): string {
  return JSON.stringify(name)
}
