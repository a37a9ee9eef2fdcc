import { fieldOf, hasOption, parseCommandLine, usesOf, valueOf } from './command-line.ts'
import { applyUse } from './engine/apply.ts'
import { checksOf } from './engine/checks.ts'
import { cloudInitPlan } from './engine/cloud-init.ts'
import { fillControllers } from './engine/defaults/controllers.ts'
import { checkDisks, fillDisks } from './engine/defaults/disks.ts'
import {
  fillCharacter,
  fillGraphics,
  fillInput,
  fillRedirection,
  fillSound,
  fillVideo,
} from './engine/defaults/display.ts'
import {
  fillClock,
  fillCpu,
  fillFeatures,
  fillPowerManagement,
  fillVcpus,
} from './engine/defaults/features.ts'
import { settleFirmware } from './engine/defaults/firmware.ts'
import { fillInterfaces } from './engine/defaults/interfaces.ts'
import { settleCapabilities, settleMachine } from './engine/defaults/machine.ts'
import { fillLaunchSecurity, fillSecurityLabels } from './engine/defaults/security.ts'
import { fillSmallDevices } from './engine/defaults/small-devices.ts'
import { Guest } from './engine/guest.ts'
import { addInstallMedia, finalDocument, installDocument } from './engine/install-phase.ts'
import { readInstaller, type Installer } from './engine/installer.ts'
import { chooseOs, readOsWish } from './engine/os-choice.ts'
import { uploadsOf } from './engine/uploads.ts'
import { warnOfGuest } from './engine/warnings.ts'
import { readSwitch } from './grammar.ts'
import { hostIndexOf } from './host/host-index.ts'
import {
  VirtInstallError,
  type BuildDomain,
  type DomainPlan,
  type EngineContext,
  type Origin,
  type OptionUse,
  type StartPlan,
  type VirtInstallOptions,
} from './model.ts'
import { optionSpecs } from './options/index.ts'
import { textOf, writeLines } from './xml/write.ts'

export { parseCommandLine }

/**
 * Turns options into a plan: both documents, what has to be made on the host, warnings, checks. Pure
 * but for `context.randomBytes`; asks the host nothing but what is in `context.facts`. Throws
 * VirtInstallError with option and key where virt-install would refuse.
 *
 * The order is virt-install's: explicit top-level, --boot and --metadata, capabilities, install media
 * and OS, name, all other options, OS defaults, install CD, device defaults.
 */
export const buildDomain: BuildDomain = (options, context) => {
  const guest = new Guest(hostIndexOf(context.facts), context, options)
  let begunName: string | null = null
  try {
    const installer = settle(guest)
    begunName = guest.name
    return planOf(guest, installer)
  } catch (error) {
    if (error instanceof VirtInstallError) {
      error.before = { warnings: guest.warnings, notes: guest.notes, begunName }
    }
    throw error
  }
}

/** Everything but the documents: what virt-install does before it begins. */
function settle(guest: Guest): Installer {
  const { options, context } = guest
  readChecks(guest)
  applyTopLevel(guest)
  applyOption(guest, 'boot')
  applyOption(guest, 'metadata')
  settleCapabilities(guest, { osType: osTypeOf(options) })
  const osWish = readOsWish(options, context)
  const installer = readInstaller(options, context)
  if (installer.cloudInit?.fields.length === 0) {
    guest.warnings.push('Defaulting to --cloud-init root-password-generate=yes,disable=yes')
  }
  guest.os = chooseOs(guest, osWish, installer.detected)
  fillName(guest)
  applyOthers(guest)
  const missing = [...fillFromOs(guest, installer), ...missingMethod(guest, installer)]
  settleMachine(guest)
  addInstallMedia(guest, installer)
  fillDefaults(guest)
  checkDisks(guest)
  if (missing.length > 0) throw isMissing(missing)
  warnOfGuest(guest)
  return installer
}

function readChecks(guest: Guest): void {
  for (const use of usesOf(guest.options, 'check')) {
    const read = (key: string) => {
      const value = fieldOf(use, key)
      if (!value) return undefined
      const on = readSwitch(value)
      if (on !== undefined) return on
      throw new VirtInstallError(`${key} must be 'yes' or 'no'`, { option: 'check', key })
    }
    const all = read('all')
    guest.checks.pathInUse = all ?? read('path_in_use') ?? guest.checks.pathInUse
    guest.checks.diskSize = all ?? read('disk_size') ?? guest.checks.diskSize
    guest.checks.pathExists = all ?? read('path_exists') ?? guest.checks.pathExists
    guest.checks.macInUse = all ?? read('mac_in_use') ?? guest.checks.macInUse
  }
}

const osTypeOf = (options: VirtInstallOptions) =>
  hasOption(options, 'container')
    ? 'exe'
    : hasOption(options, 'paravirt')
      ? 'xen'
      : hasOption(options, 'hvm')
        ? 'hvm'
        : undefined

const topLevel: Record<string, string> = {
  name: 'name',
  'virt-type': '@type',
  arch: 'os/type/@arch',
  machine: 'os/type/@machine',
}

function applyTopLevel(guest: Guest): void {
  guest.options.uses.forEach((use, place) => {
    const path = topLevel[use.option]
    if (!path || use.value === null) return
    const origin: Origin = { by: 'typed', option: use.option, use: place, key: null }
    guest.set(path, use.value, origin)
  })
}

function applyOption(guest: Guest, option: string): void {
  guest.options.uses.forEach((use, place) => {
    if (use.option === option) {
      if (option === 'boot') guest.bootDevices = []
      applyUse(guest, use, place)
    }
  })
}

/** Options that do not go into the XML by the table. */
const notApplied = new Set([
  'boot',
  'metadata',
  'osinfo',
  'install',
  'location',
  'cloud-init',
  'unattended',
  'check',
])

function applyOthers(guest: Guest): void {
  guest.options.uses.forEach((use, place) => {
    if (use.option === 'sound' && use.value === null) {
      guest.addDevice('sound', { by: 'typed', option: 'sound', use: place, key: null })
    } else if (optionSpecs.has(use.option) && !notApplied.has(use.option)) {
      applyUse(guest, use, place)
    }
  })
}

/** The OS' short id, numbered where that name is taken; foreign arches say so. */
function fillName(guest: Guest): void {
  if (guest.get('name') !== undefined) return
  const { facts } = guest.os
  const hostArch = guest.index.capabilities.hostArch
  const suffix = guest.arch === hostArch ? '' : `-${guest.arch}`
  const base = facts
    ? `${guest.os.shortId.replace(/-unknown$/, '')}${suffix}`
    : `vm${suffix}`
  const isTaken = (name: string) => guest.index.hasDomain(name)
  let name = facts ? base : `${base}1`
  for (let at = 2; isTaken(name); at++) name = facts ? `${base}-${at}` : `${base}${at}`
  guest.notes.push(`Using default --name ${name}`)
  guest.set('name', name)
}

const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3

/** Memory and a disk as the OS recommends them. @returns what nobody has said, in virt-install's words */
function fillFromOs(guest: Guest, installer: Installer): string[] {
  const missing: string[] = []
  if (guest.get('memory') === undefined) {
    const bytes = guest.os.recommended('ramBytes', guest.arch)
    if (bytes === undefined) missing.push('--memory amount in MiB is required')
    else {
      const mib = Math.floor(bytes / mebibyte)
      const kib = String(mib * 1024)
      guest.notes.push(`Using ${guest.os.shortId} default --memory ${mib}`)
      guest.set('memory', kib)
      guest.fill('currentMemory', kib)
    }
  }
  const needsDisk =
    usesOf(guest.options, 'disk').length === 0 &&
    usesOf(guest.options, 'filesystem').length === 0 &&
    installer.kind !== 'live'
  if (needsDisk) {
    const bytes = guest.os.recommended('storageBytes', guest.arch)
    if (bytes === undefined) {
      missing.push('--disk storage must be specified (override with --disk none)')
    } else {
      const disk = defaultDisk(bytes)
      guest.notes.push(`Using ${guest.os.shortId} default --disk ${disk.value}`)
      applyUse(guest, disk, -1)
    }
  }
  guest.fill('currentMemory', guest.get('memory') ?? '0')
  return missing
}

const installMethods =
  '(--location URL, --cdrom CD/ISO, --pxe, --import, --boot hd|cdrom|...)'

/** Only to look at the XML of a domain no method is needed. */
function missingMethod({ options, choice }: Guest, installer: Installer): string[] {
  const isSaid = installer.kind !== 'none' || usesOf(options, 'cloud-init').length > 0
  const looksOnly = hasOption(options, 'print-xml') || hasOption(options, 'print-step')
  if (isSaid || looksOnly || choice.guest.osType !== 'hvm') return []
  return [`An install method must be specified\n${installMethods}`]
}

const isMissing = (missing: readonly string[]) =>
  new VirtInstallError(`\n${missing.join('\n')}`, {
    option: /^--(memory|disk)/.exec(missing[0]!)?.[1] ?? 'install',
  })

const defaultDisk = (bytes: number): OptionUse => {
  const size = String(bytes / gibibyte)
  return { option: 'disk', value: `size=${size}`, fields: [{ key: 'size', value: size }] }
}

function fillDefaults(guest: Guest): void {
  const typedOff = new Set(
    usesOf(guest.options, 'features').flatMap(({ fields }) =>
      fields
        .filter(({ value }) => readSwitch(value ?? '') === false)
        .map(({ key }) => key.replace(/\.state$/, '')),
    ),
  )
  settleFirmware(guest)
  guest.fill('uuid', randomUuid(guest.context))
  fillVcpus(guest)
  fillCpu(guest)
  fillClock(guest)
  fillPowerManagement(guest)
  fillDisks(guest)
  fillControllers(guest)
  fillInterfaces(guest)
  fillGraphics(guest)
  fillVideo(guest)
  fillInput(guest)
  fillCharacter(guest)
  fillSound(guest)
  fillRedirection(guest)
  fillSmallDevices(guest)
  fillFeatures(guest, typedOff)
  fillLaunchSecurity(guest)
  fillSecurityLabels(guest)
  fillMetadata(guest)
}

const libosinfo = 'http://libosinfo.org/xmlns/libvirt/domain/1.0'

function fillMetadata(guest: Guest): void {
  if (!guest.os.facts) return
  guest.set('metadata/libosinfo:libosinfo/@xmlns:libosinfo', libosinfo)
  guest.set('metadata/libosinfo:libosinfo/libosinfo:os/@id', guest.os.facts.id)
}

function randomUuid(context: EngineContext): string {
  const bytes = [...context.randomBytes(16)]
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/** @throws VirtInstallError for what virt-install finds out once it has begun */
function planOf(guest: Guest, installer: Installer): DomainPlan {
  const cloudInit = cloudInitPlan(guest, installer)
  const uploads = uploadsOf(guest, installer)
  const install = installDocument(guest, installer, { cloudInit, uploads })
  const final = finalDocument(guest, installer, { cloudInit, uploads })
  // Without making anything virt-install never finds out what a volume cannot be.
  const makesNothing = hasOption(guest.options, 'dry-run')
  const late = guest.lateErrors.find(({ option }) => !makesNothing || option !== 'disk')
  if (late) throw late
  const installLines = install && writeLines(install)
  const finalLines = writeLines(final)
  return {
    name: guest.name,
    installXml: installLines && textOf(installLines),
    finalXml: textOf(finalLines),
    storage: guest.disks.flatMap(({ steps }) => steps),
    cloudInit,
    uploads,
    start: startOf(guest.options, installer, install === null),
    warnings: guest.warnings,
    notes: guest.notes,
    checks: checksOf(guest, installer),
    provenance: { install: installLines, final: finalLines },
    settled: {
      osId: guest.os.facts?.id ?? null,
      osShortId: guest.os.shortId,
      machine: guest.machine,
      virtType: guest.virtType,
      arch: guest.arch,
      firmware: guest.isUefi ? 'efi' : 'bios',
      memoryKiB: Number(guest.get('currentMemory') ?? 0),
      maximumMemoryKiB: Number(guest.get('memory') ?? 0),
      vcpus: Number(guest.get('vcpu/@current') ?? guest.get('vcpu') ?? 1),
    },
  }
}

function startOf(
  options: VirtInstallOptions,
  installer: Installer,
  skipsInstall: boolean,
): StartPlan {
  const wait = options.uses.findLast(({ option }) => option === 'wait')
  return {
    autostart: hasOption(options, 'autostart'),
    transient: hasOption(options, 'transient'),
    noReboot: hasOption(options, 'noreboot'),
    destroyOnExit: hasOption(options, 'destroy-on-exit'),
    waitMinutes: wait ? Number(wait.value ?? -1) : null,
    skipsInstall,
    hasInstaller: !skipsInstall && !['none', 'import'].includes(installer.kind),
    dryRun: hasOption(options, 'dry-run') || valueOf(options, 'print-xml') !== undefined,
  }
}
