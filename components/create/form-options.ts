import {
  fieldOf,
  setField,
  setOption,
  usesOf,
  valueOf,
} from '../../server/virtinst/command-line.ts'
import { makeUse } from '../../server/virtinst/command-line.ts'
import type { OptionUse, VirtInstallOptions } from '../../server/virtinst/model.ts'

/*
 * The form's way into the one model: each field of the page is an option (and a sub-option of its nth
 * use). Nothing is kept besides, so a pasted line and a filled form are the same thing.
 */

export const noOptions: VirtInstallOptions = { uses: [] }

/** What a field shows: '' where the line does not say. */
export function read(
  options: VirtInstallOptions,
  option: string,
  key: string | null = null,
  nth = 0,
): string {
  if (key === null) return valueOf(options, option) ?? ''
  const use = usesOf(options, option)[nth]
  return (use && fieldOf(use, key)) ?? ''
}

/** The options with one field changed; '' takes it away. */
export function write(
  options: VirtInstallOptions,
  value: string,
  option: string,
  key: string | null = null,
  nth = 0,
): VirtInstallOptions {
  const given = value === '' ? undefined : value
  if (key === null) return setOption(options, option, given)
  return setField(options, option, nth, key, given)
}

/** Adds one more of an option that may be given several times. */
export function add(
  options: VirtInstallOptions,
  option: string,
  value: string | null,
): VirtInstallOptions {
  return { uses: [...options.uses, makeUse(option, value, options.uses.length)] }
}

/** Takes the nth use of an option away. */
export function removeNth(
  options: VirtInstallOptions,
  option: string,
  nth: number,
): VirtInstallOptions {
  const gone = usesOf(options, option)[nth]
  return { uses: options.uses.filter((use) => use !== gone) }
}

/** Puts another text in the place of the nth use. @throws VirtInstallError when it is not understood */
export function replaceNth(
  options: VirtInstallOptions,
  option: string,
  nth: number,
  value: string | null,
): VirtInstallOptions {
  const old = usesOf(options, option)[nth]
  return {
    uses: options.uses.map((use, at) => (use === old ? makeUse(option, value, at) : use)),
  }
}

/** A word without `=`, such as `uefi` of --boot. */
export function hasWord(
  options: VirtInstallOptions,
  option: string,
  word: string,
): boolean {
  return usesOf(options, option).some((use) => {
    const field = use.fields.findLast(({ key }) => key === word)
    return field !== undefined && !/^(no|n|off|0|false|f)$/i.test(field.value ?? 'on')
  })
}

export function setWord(
  options: VirtInstallOptions,
  option: string,
  word: string,
  on: boolean,
): VirtInstallOptions {
  const [first] = usesOf(options, option)
  if (!first) return on ? add(options, option, word) : options
  const rest = (first.value ?? '')
    .split(',')
    .filter((part) => part !== '' && part !== word && !part.startsWith(`${word}=`))
  const parts = on ? [word, ...rest] : rest
  if (parts.length === 0) return removeNth(options, option, 0)
  return replaceNth(options, option, 0, parts.join(','))
}

/** Firmware with secure boot and the usual keys, as libvirt chooses it by its features. */
const secureBoot = [
  ['firmware.feature0.name', 'secure-boot'],
  ['firmware.feature0.enabled', 'yes'],
  ['firmware.feature1.name', 'enrolled-keys'],
  ['firmware.feature1.enabled', 'yes'],
] as const

export function hasSecureBoot(options: VirtInstallOptions): boolean {
  return read(options, 'boot', 'firmware.feature0.name') === 'secure-boot'
}

/** Switched on it brings UEFI along: libvirt takes features of a firmware only with it. */
export function setSecureBoot(
  options: VirtInstallOptions,
  on: boolean,
): VirtInstallOptions {
  return secureBoot.reduce(
    (next, [key, value]) => write(next, on ? value : '', 'boot', key),
    on ? setWord(options, 'boot', 'uefi', true) : options,
  )
}

/** Where the system comes from. */
export const installKinds = ['cdrom', 'import', 'location', 'pxe', 'none'] as const
export type InstallKind = (typeof installKinds)[number]

const installOptions = ['cdrom', 'location', 'pxe', 'import', 'install']

export function installKindOf({ uses }: VirtInstallOptions): InstallKind {
  const kind = installKinds.find((name) => uses.some(({ option }) => option === name))
  return kind ?? 'none'
}

/** Another source: what belongs to the old one goes, the new one stands there to be filled in. */
export function setInstallKind(
  options: VirtInstallOptions,
  kind: InstallKind,
): VirtInstallOptions {
  const uses = options.uses.filter(({ option }) => !installOptions.includes(option))
  const rest = { uses }
  if (kind === 'none') return rest
  if (kind === 'pxe' || kind === 'import') return add(rest, kind, null)
  return add(rest, kind, '')
}

/** What has fields of its own on the page; all else is among the advanced ones. */
const shown = new Set([
  'name',
  'osinfo',
  'memory',
  'vcpus',
  'cpu',
  'disk',
  'network',
  'graphics',
  'boot',
  'tpm',
  'cloud-init',
  'virt-type',
  'machine',
  'autostart',
  'noreboot',
  'transient',
  ...installOptions,
])

export interface AdvancedUse {
  use: OptionUse
  /** Which of the uses of its option. */
  nth: number
}

export function advancedUses(options: VirtInstallOptions): AdvancedUse[] {
  const counts = new Map<string, number>()
  return options.uses.flatMap((use) => {
    const nth = counts.get(use.option) ?? 0
    counts.set(use.option, nth + 1)
    return shown.has(use.option) ? [] : [{ use, nth }]
  })
}

export { usesOf }
