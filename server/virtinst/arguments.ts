import { VirtInstallError } from './model.ts'
import { findFlag, type Flag } from './options/top-level.ts'

/** One flag of the line, before its value is looked into. */
export interface RawUse {
  name: string
  value: string | null
}

const usageError = (message: string, option: string | null = null) =>
  new VirtInstallError(message, { exitCode: 2, option })

/** `-n/--name`: as messages call a flag. */
const label = (flag: Flag) =>
  [...flag.spellings].sort((a, b) => a.lastIndexOf('-') - b.lastIndexOf('-')).join('/')

const isNumber = (word: string) => /^-\d+$|^-\d*\.\d+$/.test(word)

/** Whether a word can only be a flag: it begins with a dash, is no number and holds no blank. */
const looksLikeFlag = (word: string) =>
  word.startsWith('-') &&
  word !== '-' &&
  !isNumber(word) &&
  (!word.includes(' ') || beginsWithShort(word))

/** `-x 'console=…` is -x with a value glued to it, blank or not. */
const beginsWithShort = (word: string) =>
  !word.startsWith('--') && findFlag(word.slice(0, 2)) !== undefined

/**
 * Reads words as virt-install's argument parser does: long flags may be abbreviated, values follow or
 * come after `=`, short flags may be joined. Throws VirtInstallError with exit code 2.
 */
export function readArguments(argv: readonly string[]): RawUse[] {
  const uses: RawUse[] = []
  const strays: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!
    if (word === '--') {
      strays.push(...argv.slice(at + 1))
      break
    }
    const found = flagOf(word)
    if (!found) {
      strays.push(word)
      continue
    }
    const { flag, rest, joined } = found
    if (flag.takes === 'nothing') {
      if (joined !== null) throw ignoredValue(flag, joined)
      uses.push({ name: flag.name, value: null })
      if (rest !== null) pushShort(uses, rest)
      continue
    }
    let value = joined
    if (value === null) {
      const next = argv[at + 1]
      if (next !== undefined && next !== '--' && !looksLikeFlag(next)) {
        value = next
        at++
      } else if (flag.takes === 'value') {
        throw usageError(`argument ${label(flag)}: expected one argument`, flag.name)
      }
    }
    if (value !== null) checkNumber(flag, value)
    uses.push({ name: flag.name, value })
  }
  if (strays.length > 0) throw usageError(`unrecognized arguments: ${strays.join(' ')}`)
  return uses
}

interface FoundFlag {
  flag: Flag
  /** The value given with `=`, or glued to a short flag. */
  joined: string | null
  /** More short switches: `-qd`. */
  rest: string | null
}

function flagOf(word: string): FoundFlag | null {
  if (!looksLikeFlag(word) && !word.startsWith('--')) return null
  if (word.startsWith('--')) {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    if (equals < 0 && word.includes(' ')) return null
    const found = findFlag(name)
    if (!found) return null
    if (Array.isArray(found)) {
      throw usageError(`ambiguous option: ${name} could match ${found.join(', ')}`)
    }
    return {
      flag: found.flag,
      joined: equals < 0 ? null : word.slice(equals + 1),
      rest: null,
    }
  }
  const found = findFlag(word.slice(0, 2))
  if (!found || Array.isArray(found)) return null
  const rest = word.slice(2)
  if (rest === '') return { flag: found.flag, joined: null, rest: null }
  return found.flag.takes === 'nothing'
    ? { flag: found.flag, joined: null, rest }
    : { flag: found.flag, joined: rest, rest: null }
}

function pushShort(uses: RawUse[], letters: string): void {
  for (const letter of letters) {
    const found = findFlag(`-${letter}`)
    if (!found || Array.isArray(found) || found.flag.takes !== 'nothing') {
      throw usageError(`unrecognized arguments: -${letter}`)
    }
    uses.push({ name: found.flag.name, value: null })
  }
}

const ignoredValue = (flag: Flag, value: string) =>
  usageError(`argument ${label(flag)}: ignored explicit argument '${value}'`, flag.name)

function checkNumber(flag: Flag, value: string): void {
  const ok =
    flag.type === 'text' ||
    (flag.type === 'int'
      ? /^\s*[+-]?\d+\s*$/.test(value)
      : value.trim() !== '' && Number.isFinite(Number(value)))
  if (!ok) {
    throw usageError(
      `argument ${label(flag)}: invalid ${flag.type} value: '${value}'`,
      flag.name,
    )
  }
}
