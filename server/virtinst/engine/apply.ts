import { pythonList, readInteger, readSwitch } from '../grammar.ts'
import {
  VirtInstallError,
  type OptionField,
  type OptionUse,
  type Origin,
} from '../model.ts'
import { optionSpecs } from '../options/index.ts'
import { findKey, type KeySpec, type OptionSpec } from '../options/table.ts'
import { isXpath, set, setPresent, unset, type XmlElement } from '../xml/tree.ts'
import { characterCodes } from './codes/character.ts'
import { cpuCodes } from './codes/cpu.ts'
import { deviceCodes } from './codes/devices.ts'
import { guestCodes } from './codes/guest.ts'
import { networkCodes } from './codes/network.ts'
import { storageCodes } from './codes/storage.ts'
import type { Guest } from './guest.ts'

/** One use of an option while it is put into the XML. */
export interface Use {
  guest: Guest
  spec: OptionSpec
  use: OptionUse
  /** Its place in the line. */
  place: number
  /** What the paths of the table start from: the device, or the domain. */
  at: XmlElement
}

/**
 * What a key does where a path is not enough. `value` is '' when it is to be unset; `indexes` are the
 * numbers of the key, 0-based.
 */
export type Code = (use: Use, value: string, field: OptionField, indexes: number[]) => void

/** By option, then by key of the table; `*` looks at the use as a whole after its keys. */
export type Codes = Record<string, Record<string, Code>>

const codes: Codes = {
  ...guestCodes,
  ...cpuCodes,
  ...storageCodes,
  ...networkCodes,
  ...characterCodes,
  ...deviceCodes,
}

export const originOf = ({ use, place }: Use, key: string | null): Origin => ({
  by: 'typed',
  option: use.option,
  use: place,
  key,
})

/** An error about the value of an option, as virt-install words it. */
export const refuse = ({ use, place }: Use, message: string, key: string | null = null) =>
  new VirtInstallError(`Error: --${use.option} ${use.value ?? ''}: ${message}`, {
    option: use.option,
    key,
    use: place,
  })

/** An error that virt-install words without naming the option. */
export const refuseBare = (
  { use, place }: Use,
  message: string,
  key: string | null = null,
) => new VirtInstallError(message, { option: use.option, key, use: place })

/** Options whose word `none` switches the default of that device off. */
const offSwitches: Record<string, string> = {
  console: 'console',
  channel: 'channel',
  network: 'interface',
  graphics: 'graphics',
  sound: 'sound',
  redirdev: 'redirdev',
  rng: 'rng',
  tpm: 'tpm',
  input: 'input',
  disk: 'disk',
}

/** Options for which `none` is a value like any other. */
const knowsNone = new Set(['memballoon', 'vsock', 'serial', 'parallel', 'cpu', 'cputune'])

/** Puts one use of an option into the domain. Throws VirtInstallError. */
export function applyUse(guest: Guest, use: OptionUse, place: number): void {
  const spec = optionSpecs.get(use.option)
  if (!spec) return
  const [first] = use.fields
  const isNone =
    use.value === 'none' ||
    (use.fields.length === 1 && first?.value === 'none' && spec.words[0] === first.typedAs)
  if (isNone && !knowsNone.has(spec.name)) {
    const off = offSwitches[spec.name]
    if (off) guest.without.add(off)
    return
  }
  const at = placeOf(guest, spec, use, place)
  const target: Use = { guest, spec, use, place, at }
  applyFields(target)
  codes[spec.name]?.['*']?.(target, use.value ?? '', first ?? { key: '', value: null }, [])
}

function placeOf(
  guest: Guest,
  spec: OptionSpec,
  use: OptionUse,
  place: number,
): XmlElement {
  if (spec.element === null) return guest.root
  const origin: Origin = { by: 'typed', option: use.option, use: place, key: null }
  if (spec.parent === 'devices') return guest.addDevice(spec.element, origin)
  const made = guest.addDevice(spec.element, origin)
  guest.devices.children.pop()
  guest.root.children.push(made)
  return made
}

/** The keys in the table's order; of one typed twice the last counts. */
function applyFields(target: Use): void {
  const { spec, use } = target
  const byKey = new Map<KeySpec, { field: OptionField; indexes: number[] }[]>()
  for (const field of use.fields) {
    const found = findKey(spec, field.key)
    if (!found) {
      throw refuseBare(
        target,
        `Unknown --${spec.name} options: ${pythonList([field.key])}`,
        field.key,
      )
    }
    const entries = byKey.get(found.key) ?? []
    entries.push({ field, indexes: found.indexes })
    byKey.set(found.key, entries)
  }
  for (const key of spec.keys) {
    for (const { field, indexes } of byKey.get(key) ?? []) {
      applyKey(target, key, field, indexes)
    }
  }
}

function applyKey(target: Use, key: KeySpec, field: OptionField, indexes: number[]): void {
  let value = field.value ?? ''
  if (key.orDefault && value === 'default') value = ''
  if (key.isSwitch && value !== '') {
    const on = readSwitch(value)
    if (on === undefined) {
      throw refuseBare(
        target,
        `${field.typedAs ?? field.key} must be 'yes' or 'no'`,
        field.key,
      )
    }
    value = on ? 'yes' : 'no'
  }
  const code = codes[target.spec.name]?.[key.key] ?? everywhere[key.key]
  if (code) {
    code(target, value, field, indexes)
    return
  }
  if (key.path === null) return
  const origin = originOf(target, field.key)
  switch (key.kind) {
    case 'int':
      set(target.at, key.path, integer(target, value, field.key), origin, indexes)
      break
    case 'on/off': {
      const written = value === '' ? '' : value === 'yes' ? 'on' : 'off'
      set(target.at, key.path, written, origin, indexes)
      break
    }
    case 'present':
      if (value === 'yes') setPresent(target.at, key.path, origin, indexes)
      else unset(target.at, key.path, indexes)
      break
    default:
      set(target.at, key.path, value, origin, indexes)
  }
}

/** An integer in decimal digits ('' stays ''); virt-install's error otherwise. */
export function integer(target: Use, value: string, key: string): string {
  if (value === '') return ''
  try {
    return readInteger(value)
  } catch (error) {
    throw refuse(target, error instanceof Error ? error.message : String(error), key)
  }
}

/** `xpath0.set=./@foo=bar`, or with the value as `xpath0.value`. */
const changeCode =
  (kind: 'set' | 'create' | 'delete'): Code =>
  (target, value, field, indexes) => {
    const typed = target.use.fields.find(
      ({ key }) => key === field.key.replace(`.${kind}`, '.value'),
    )
    let path = value
    let text = typed?.value ?? null
    if (kind === 'set' && text === null) {
      const equals = cutOfAssignment(value)
      if (equals < 0) {
        refuseXpath(
          target,
          `${value}: Setting xpath must be in the form of XPATH=VALUE`,
          field.key,
        )
        return
      }
      path = value.slice(0, equals)
      text = value.slice(equals + 1)
    }
    if (!isXpath(path)) {
      refuseXpath(
        target,
        `${path}: only elements, attributes, [N] and [@NAME='VALUE'] can be written in an xpath here`,
        field.key,
      )
      return
    }
    const origin = originOf(target, field.key)
    void indexes
    target.guest.xpathChanges.push({ at: target.at, kind, path, value: text, origin })
  }

/** virt-install comes to `--xml` once it has begun, to those of a device while it reads them. */
function refuseXpath(target: Use, message: string, key: string): void {
  if (target.spec.name !== 'xml') throw refuse(target, message, key)
  target.guest.lateErrors.push(refuseBare(target, message, key))
}

/** The `=` of XPATH=VALUE: the first outside brackets. */
function cutOfAssignment(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '[') depth++
    else if (char === ']') depth--
    else if (char === '=' && depth === 0) return at
  }
  return -1
}

const everywhere: Record<string, Code> = {
  'xpath#.set': changeCode('set'),
  'xpath#.create': changeCode('create'),
  'xpath#.delete': changeCode('delete'),
  'xpath#.value': () => {},
  clearxml: () => {},
}
