import { fieldOf, usesOf, valueOf } from '../command-line.ts'
import { readSwitch } from '../grammar.ts'
import {
  osMayBeMissingVariable,
  VirtInstallError,
  type EngineContext,
  type VirtInstallOptions,
} from '../model.ts'
import type { DetectedMedia, OsFacts } from '../os-facts.ts'
import type { Guest } from './guest.ts'
import { OsProfile } from './os-profile.ts'

/** What --osinfo asks for. */
export interface OsWish {
  facts: OsFacts | null
  /** `generic` or a known name was given: nothing is detected. */
  isSettled: boolean
  detects: boolean
  /** `always`: that was asked for; `default`: where the system matters, and the environment lets it. */
  requires: 'always' | 'default' | 'no'
}

/** Reads --osinfo (and `--install OS`). Throws VirtInstallError for a name that is not known. */
export function readOsWish(options: VirtInstallOptions, context: EngineContext): OsWish {
  const [use] = usesOf(options, 'osinfo').slice(-1)
  const wish: OsWish = { facts: null, isSettled: false, detects: true, requires: 'default' }
  if (!use) return wish
  const detect = fieldOf(use, 'detect')
  const require = fieldOf(use, 'require')
  const id = fieldOf(use, 'id')
  const name = fieldOf(use, 'name') ?? fieldOf(use, 'short-id')
  if (use.value?.includes('=')) {
    // Written with keys, only what is asked for is done.
    wish.detects = readsYes('detect', detect)
    wish.requires = readsYes('require', require) ? 'always' : 'no'
  } else wish.detects = name === undefined || name === 'auto'
  if (id) {
    wish.facts = byId(context, id, use.value ?? '')
    wish.isSettled = true
  } else if (name === 'none') {
    wish.isSettled = true
    wish.requires = 'no'
  } else if (name && name !== 'auto') {
    wish.facts = byName(context, name, use.value ?? '')
    wish.isSettled = true
  }
  return wish
}

function readsYes(key: string, value: string | null | undefined): boolean {
  if (!value) return false
  const on = readSwitch(value)
  if (on !== undefined) return on
  throw new VirtInstallError(`${key} must be 'yes' or 'no'`, { option: 'osinfo', key })
}

function byId(context: EngineContext, id: string, typed: string): OsFacts {
  const found = context.osDatabase.byId(id)
  if (!found) {
    throw new VirtInstallError(`Error: --osinfo ${typed}: Unknown libosinfo ID '${id}'`, {
      option: 'osinfo',
      key: 'id',
    })
  }
  return found
}

function byName(context: EngineContext, name: string, typed: string): OsFacts | null {
  if (name === 'generic') return null
  const found = name.includes('://')
    ? context.osDatabase.byId(name)
    : context.osDatabase.byShortId(name)
  if (!found) {
    // Written with keys, virt-install names the option.
    const where = typed.includes('=') ? `Error: --osinfo ${typed}: ` : ''
    throw new VirtInstallError(
      `${where}Unknown OS name '${name}'. See \`--osinfo list\` for valid values.`,
      { option: 'osinfo', key: 'name' },
    )
  }
  return found
}

/** The operating system that the defaults are for. Throws VirtInstallError when there must be one. */
export function chooseOs(
  guest: Guest,
  wish: OsWish,
  detected: DetectedMedia | undefined,
): OsProfile {
  if (wish.detects && detected) return new OsProfile(detected.os)
  if (!wish.isSettled) demandOs(guest, wish.requires)
  return new OsProfile(wish.facts)
}

function demandOs(guest: Guest, requires: OsWish['requires']): void {
  if (requires === 'always') throw new VirtInstallError(noOs, { option: 'osinfo' })
  // Of no other kind of guest the system settles any defaults.
  if (requires === 'no' || guest.osType !== 'hvm') return
  const message = osIsMissing(guest.options)
  if (!guest.context.osMayBeMissing)
    throw new VirtInstallError(message, { option: 'osinfo' })
  guest.warnings.push(message, `${osMayBeMissingVariable} set. Skipping fatal error.`)
}

const noOs = `--osinfo/--os-variant OS name is required, but no value was
set or detected.`

/** The names virt-install proposes: the newest of the generic Linux entries it knows. */
const generic = 'linux2022, linux2020, linux2018, linux2016'

function osIsMissing(options: VirtInstallOptions): string {
  const hasMedia = ['cdrom', 'location'].some(
    (name) => valueOf(options, name) !== undefined,
  )
  const hint = [
    'If you expected virt-install to detect an OS name from the',
    'install media, you can set a fallback OS name with:',
    '',
    '  --osinfo detect=on,name=OSNAME',
    '',
  ]
  const lines = [
    '',
    noOs,
    '',
    'This is now a fatal error. Specifying an OS name is required',
    'for modern, performant, and secure virtual machine defaults.',
    '',
    ...(hasMedia ? hint : []),
    'You can see a full list of possible OS name values with:',
    '',
    '   virt-install --osinfo list',
    '',
    'If your Linux distro is not listed, try one of generic values',
    `such as: ${generic}`,
    '',
    'If you just need to get the old behavior back, you can use:',
    '',
    '  --osinfo detect=on,require=off',
    '',
    `Or export ${osMayBeMissingVariable}=1`,
    '',
  ]
  return lines.join('\n')
}
