import { readArguments, type RawUse } from './arguments.ts'
import { parseFields, splitShell } from './grammar.ts'
import {
  VirtInstallError,
  type CommandLineOf,
  type OptionField,
  type OptionUse,
  type ParseCommandLine,
  type VirtInstallOptions,
} from './model.ts'
import { modernise } from './modernise.ts'
import { optionSpecs } from './options/index.ts'
import { findKey } from './options/table.ts'
import { flags } from './options/top-level.ts'

/**
 * Reads a virt-install line: words (without the program), or one string as in a shell, with or without
 * `virt-install` (and `sudo`) in front and with `\` at line ends. Old spellings come back as the new
 * ones (`--ram 512` as `memory`, `--vnc` as `graphics`), so a form looks in one place only. Throws
 * VirtInstallError in virt-install's words.
 */
export const parseCommandLine: ParseCommandLine = (line) => {
  const argv = typeof line === 'string' ? wordsOfLine(line) : line
  return fromRawUses(modernise(readArguments(argv)))
}

function wordsOfLine(line: string): string[] {
  const words = splitShell(
    line
      .replace(/\\\r?\n/g, ' ')
      .trim()
      .replace(/^[$#]\s+/, ''),
  )
  while (words.length > 0 && /^(sudo|(\S*\/)?virt-install)$/.test(words[0]!)) words.shift()
  return words
}

function fromRawUses(raw: readonly RawUse[]): VirtInstallOptions {
  const uses: OptionUse[] = []
  for (const { name, value } of raw) uses.push(makeUse(name, value, uses.length))
  return { uses }
}

/** For others `none` asks for nothing at all. */
const knowsNone = new Set(
  'osinfo xml install location cpu channel console cputune disk graphics input memballoon network parallel serial redirdev rng sound tpm vsock'.split(
    ' ',
  ),
)

/** One use of an option from its text; throws VirtInstallError. `use` is its place in the line. */
export function makeUse(option: string, value: string | null, use = 0): OptionUse {
  const spec = optionSpecs.get(option)
  const isStub =
    value === null ||
    value === 'help' ||
    value === '?' ||
    (value === 'none' && !knowsNone.has(option))
  return {
    option,
    value,
    fields: spec && !isStub ? parseFields(spec, value, use) : [],
  }
}

/** The uses of an option, in the order typed. */
export const usesOf = (options: VirtInstallOptions, option: string): OptionUse[] =>
  options.uses.filter((use) => use.option === option)

/** The value of an option that counts once: the last one typed. */
export const valueOf = (options: VirtInstallOptions, option: string) =>
  options.uses.findLast((use) => use.option === option)?.value

export const hasOption = (options: VirtInstallOptions, option: string) =>
  options.uses.some((use) => use.option === option)

/** The value of a sub-option in one use, by its key of the table or any other spelling. */
export function fieldOf(use: OptionUse, key: string): string | null | undefined {
  const spec = optionSpecs.get(use.option)
  const canonical = spec ? (findKey(spec, key)?.canonical ?? key) : key
  return use.fields.findLast((field) => field.key === canonical)?.value
}

/**
 * Sets (or with undefined takes away) a sub-option in the nth use of an option, making the use where
 * it is missing: how a form's field gets into the model. Returns new options; throws VirtInstallError
 * for a key that the option does not have.
 */
export function setField(
  options: VirtInstallOptions,
  option: string,
  nth: number,
  key: string,
  value: string | undefined,
): VirtInstallOptions {
  const spec = optionSpecs.get(option)
  const found = spec ? findKey(spec, key) : undefined
  if (!found) {
    throw new VirtInstallError(`Unknown --${option} options: ['${key}']`, { option, key })
  }
  const places = options.uses.flatMap((use, at) => (use.option === option ? [at] : []))
  const at = places[nth] ?? options.uses.length
  const use = options.uses[at] ?? { option, value: null, fields: [] }
  const kept = use.fields.filter((field) => field.key !== found.canonical)
  const fields = value === undefined ? kept : [...kept, { key: found.canonical, value }]
  return replaceUse(
    options,
    at,
    fields.length === 0 ? null : { option, value: textOfFields(option, fields), fields },
  )
}

/** Sets (undefined: takes away) an option that counts once, or a switch (null). Returns new options. */
export function setOption(
  options: VirtInstallOptions,
  option: string,
  value: string | null | undefined,
): VirtInstallOptions {
  const uses = options.uses.filter((use) => use.option !== option)
  if (value !== undefined) uses.push(makeUse(option, value, uses.length))
  return { uses }
}

function replaceUse(
  options: VirtInstallOptions,
  at: number,
  use: OptionUse | null,
): VirtInstallOptions {
  const uses = [...options.uses]
  uses.splice(at, 1, ...(use ? [use] : []))
  return { uses }
}

/** A value of one sub-option, quoted where a comma, quote or backslash needs it. */
const quoteValue = (value: string) =>
  /[,'"\\]/.test(value)
    ? `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    : value

/** The text of an option's value from its fields: positional words first, then key=value. */
export function textOfFields(option: string, fields: readonly OptionField[]): string {
  const spec = optionSpecs.get(option)
  if (option === 'qemu-commandline' || option === 'xml') {
    return fields
      .map(({ key, value }) =>
        key === 'args' || key === 'xpath.set' ? (value ?? '') : `${key}=${value ?? ''}`,
      )
      .join(',')
  }
  const rest = [...fields]
  const parts: string[] = []
  for (const word of spec?.words ?? []) {
    const at = rest.findIndex(
      ({ key }) => key === (findKey(spec!, word)?.canonical ?? word),
    )
    const value = at < 0 ? null : rest[at]!.value
    if (value === null || value === undefined || value === '' || value.includes('=')) break
    parts.push(quoteValue(value))
    rest.splice(at, 1)
  }
  for (const { key, value, typedAs } of rest) {
    if (value === null) parts.push(key)
    else if (typedAs === '+' || typedAs === '-') parts.push(`${typedAs}${value}`)
    else parts.push(`${key}=${commaValue(option, key, value)}`)
  }
  return parts.join(',')
}

/** Values that may run on over commas need no quotes as long as nothing else would be read. */
function commaValue(option: string, key: string, value: string): string {
  const spec = optionSpecs.get(option)
  const found = spec ? findKey(spec, key) : undefined
  const runsOn =
    found?.key.commas === true &&
    !/['"\\]|,,|,$|^,/.test(value) &&
    value
      .split(',')
      .slice(1)
      .every((part) => !findKey(spec!, part.split('=')[0]!))
  return runsOn ? value : quoteValue(value)
}

const shellSafe = /^[A-Za-z0-9_@%+=:,./^-]+$/

const quoteShell = (word: string) =>
  shellSafe.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** What comes first in a line that people read. */
const reading = [
  'connect',
  'name',
  'osinfo',
  'memory',
  'vcpus',
  'cpu',
  'virt-type',
  'arch',
  'machine',
  'boot',
  'disk',
  'cdrom',
  'location',
  'import',
  'pxe',
  'install',
  'cloud-init',
  'network',
  'graphics',
]

const flagNames = new Map(flags.map((flag) => [flag.name, flag]))

/**
 * The line that asks for these options and nothing else, to be copied: no defaults, new spellings,
 * positional words where there are, quoted for a shell, what people read first in front.
 */
export const commandLineOf: CommandLineOf = (options) => {
  const rank = (option: string) => {
    const at = reading.indexOf(option)
    return at < 0 ? reading.length : at
  }
  const ordered = options.uses
    .map((use, at) => ({ use, at }))
    .sort((a, b) => rank(a.use.option) - rank(b.use.option) || a.at - b.at)
    .filter(
      ({ use, at }) =>
        flagNames.get(use.option)?.repeats !== false ||
        options.uses.findLastIndex(({ option }) => option === use.option) === at,
    )
  const words = ordered.flatMap(({ use }) => wordsOfUse(use))
  return ['virt-install', ...words].join(' ')
}

function wordsOfUse(use: OptionUse): string[] {
  const flag = `--${use.option}`
  const value = use.fields.length > 0 ? textOfFields(use.option, use.fields) : use.value
  if (value === null) return [flag]
  // A value that begins with a dash would be taken for an option.
  if (value.startsWith('-')) return [`${flag}=${quoteShell(value)}`]
  return [flag, quoteShell(value)]
}
