import { VirtInstallError, type OptionField } from './model.ts'
import { findKey, type FoundKey, type OptionSpec } from './options/table.ts'

/**
 * Cuts at commas outside shell-style quotes; quotes and backslashes are taken away, empty parts
 * dropped. Throws VirtInstallError for a quote that is not closed.
 */
export function splitWords(text: string, separators = ','): string[] {
  const words: string[] = []
  let word: string | null = null
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (separators.includes(char)) {
      if (word !== null) words.push(word)
      word = null
    } else if (char === "'" || char === '"') {
      const [quoted, end] = readQuoted(text, at)
      word = (word ?? '') + quoted
      at = end
    } else if (char === '\\') {
      at++
      if (at >= text.length) throw new VirtInstallError('No escaped character')
      word = (word ?? '') + text[at]!
    } else word = (word ?? '') + char
  }
  if (word !== null) words.push(word)
  return words
}

/** What stands between quotes, and where they close. In double quotes `\"` and `\\` are escapes. */
function readQuoted(text: string, start: number): [string, number] {
  const quote = text[start]!
  let out = ''
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!
    if (char === quote) return [out, at]
    const next = text[at + 1]
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      out += next
      at++
    } else out += char
  }
  throw new VirtInstallError('No closing quotation')
}

/** A shell line as words; comments are not special. */
export const splitShell = (line: string) => splitWords(line, ' \t\n\r')

/** As Python prints a list of strings. */
export const pythonList = (words: readonly string[]) =>
  `[${words
    .map((word) =>
      word.includes("'") && !word.includes('"')
        ? `"${word}"`
        : `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
    )
    .join(', ')}]`

/** Words without `=` that an option takes anywhere. */
const switchWords: Record<string, ReadonlySet<string>> = {
  boot: new Set(['hd', 'cdrom', 'fd', 'network', 'uefi']),
}

const known = (spec: OptionSpec, word: string): FoundKey | undefined => findKey(spec, word)

/** `+vmx` and `-hle` of --cpu: a feature to force or to disable. */
function cpuFeature(spec: OptionSpec, word: string): OptionField | undefined {
  if (spec.name !== 'cpu' || !/^[+-]./.test(word)) return undefined
  return {
    key: word.startsWith('+') ? 'force' : 'disable',
    value: word.slice(1),
    typedAs: word[0]!,
  }
}

/**
 * Reads the sub-options of one use. Keys come back in the table's spelling with the numbers typed;
 * positional words under their key. Throws VirtInstallError in virt-install's words for keys it does
 * not know (all of them) and keys without a value.
 */
export function parseFields(spec: OptionSpec, text: string, use: number): OptionField[] {
  if (spec.name === 'qemu-commandline') return rawFields(text, /^(args|env)=/, 'args')
  if (spec.name === 'xml' && !/^xpath\d*\./.test(text)) {
    return [{ key: 'xpath.set', value: text, typedAs: 'xpath.set' }]
  }
  const fields: OptionField[] = []
  const unknown: string[] = []
  // A system is named by a word alone, or by keys.
  const isMixed = spec.name === 'osinfo' && text.includes(',')
  const words = isMixed ? [] : [...spec.words]
  let running: OptionField | null = null
  let leading = true
  for (const part of splitWords(text)) {
    const equals = part.indexOf('=')
    const typed = equals < 0 ? part : part.slice(0, equals)
    const value = equals < 0 ? null : part.slice(equals + 1)
    const isSwitch = value === null && (switchWords[spec.name]?.has(part) ?? false)
    if (value === null && leading && words.length > 0 && !isSwitch) {
      const key: string = words.shift()!
      const field: OptionField = { key, value: part, typedAs: key }
      const found = known(spec, key)
      if (found) field.key = found.canonical
      else unknown.push(key)
      fields.push(field)
      running = found?.key.commas ? field : null
      continue
    }
    const feature = value === null ? cpuFeature(spec, part) : undefined
    if (feature) {
      fields.push(feature)
      leading = false
      continue
    }
    const found = known(spec, typed)
    if (!found && running) {
      running.value = `${running.value ?? ''},${part}`
      continue
    }
    leading = false
    if (!found) {
      unknown.push(typed)
      continue
    }
    const field: OptionField = { key: found.canonical, value, typedAs: typed }
    if (value === null && !isSwitch) {
      throw new VirtInstallError(
        `Error: --${spec.name} ${text}: Option '${typed}' had no value set.`,
        { option: spec.name, key: found.canonical, use },
      )
    }
    fields.push(field)
    running = found.key.commas ? field : null
  }
  if (unknown.length > 0) {
    throw new VirtInstallError(`Unknown --${spec.name} options: ${pythonList(unknown)}`, {
      option: spec.name,
      key: unknown[0]!,
      use,
    })
  }
  return fields
}

function rawFields(text: string, prefix: RegExp, otherwise: string): OptionField[] {
  const match = prefix.exec(text)
  const key = match?.[1] ?? otherwise
  return [{ key, value: match ? text.slice(match[0].length) : text, typedAs: key }]
}

const yes = new Set(['y', 'yes', '1', 'true', 't', 'on'])
const no = new Set(['n', 'no', '0', 'false', 'f', 'off'])

/** yes or no as virt-install reads it, undefined for anything else. */
export function readSwitch(value: string): boolean | undefined {
  const lower = value.toLowerCase()
  return yes.has(lower) ? true : no.has(lower) ? false : undefined
}

/**
 * An integer as Python's int() reads it (`0x` means base 16), in decimal digits; any size. Throws
 * a plain message: the caller knows the option.
 */
export function readInteger(value: string): string {
  const isHex = value.toLowerCase().includes('0x')
  const trimmed = value.trim()
  const plain = /^([+-]?)(\d+(?:_\d+)*)$/.exec(trimmed)
  if (!isHex && plain)
    return BigInt(
      plain[1] === '-'
        ? `-${plain[2]!.replaceAll('_', '')}`
        : plain[2]!.replaceAll('_', ''),
    ).toString()
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]+)$/.exec(trimmed)
  if (isHex && hex) {
    const magnitude = BigInt(`0x${hex[2]}`)
    return (hex[1] === '-' ? -magnitude : magnitude).toString()
  }
  throw new RangeError(`invalid literal for int() with base ${isHex ? 16 : 10}: '${value}'`)
}
