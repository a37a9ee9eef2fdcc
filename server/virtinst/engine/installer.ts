import { fieldOf, hasOption, usesOf, valueOf } from '../command-line.ts'
import { readSwitch } from '../grammar.ts'
import { cleanPath, hostIndexOf } from '../host/host-index.ts'
import {
  VirtInstallError,
  type EngineContext,
  type OptionUse,
  type VirtInstallOptions,
} from '../model.ts'
import type { DetectedMedia } from '../os-facts.ts'

/** How the domain gets its system. */
export interface Installer {
  kind: 'cdrom' | 'live' | 'network' | 'kernel' | 'import' | 'none'
  /** The image of cdrom, live or location. */
  mediaPath: string | null
  /** The same as it was typed. */
  mediaTyped: string | null
  mediaUse: string | null
  kernel: { kernel: string; initrd: string; iso: string | null } | null
  kernelArguments: string
  /** `--install bootdev=`: what the first boot starts from. */
  bootDevice: string | null
  detected: DetectedMedia | undefined
  cloudInit: OptionUse | null
}

const refuse = (message: string, option: string, key: string | null = null) =>
  new VirtInstallError(message, { option, key })

const unsupported = (what: string, option: string, instead: string) =>
  refuse(`${what} is not supported by Ballast: ${instead}`, option)

/** Settles the install method. Throws VirtInstallError where methods clash or are not supported. */
export function readInstaller(
  options: VirtInstallOptions,
  context: EngineContext,
): Installer {
  refuseUnsupported(options, context)
  const install = usesOf(options, 'install').at(-1)
  const installer: Installer = {
    kind: 'none',
    mediaPath: null,
    mediaTyped: null,
    mediaUse: null,
    kernel: null,
    kernelArguments: '',
    bootDevice: (install && fieldOf(install, 'bootdev')) ?? null,
    detected: undefined,
    cloudInit: cloudInitOf(options),
  }
  const cdrom = valueOf(options, 'cdrom') ?? undefined
  const location = usesOf(options, 'location').at(-1)
  if (install) applyInstall(installer, install, context)
  if (location) applyLocation(installer, location, context)
  else if (cdrom !== undefined) {
    installer.kind = hasOption(options, 'livecd') ? 'live' : 'cdrom'
    installer.mediaPath = absolute(cdrom, context)
    installer.mediaTyped = cdrom
    installer.mediaUse = 'cdrom'
  } else if (hasOption(options, 'pxe')) installer.kind = 'network'
  else if (hasOption(options, 'import')) installer.kind = 'import'
  if (installer.bootDevice !== null && installer.kind === 'none') installer.kind = 'network'
  if (install && isOn(install, 'no_install')) installer.kind = 'import'
  readKernelArguments(installer, options, install)
  if (installer.mediaPath !== null) {
    installer.detected = detect(installer.mediaPath, context)
  }
  return installer
}

const isOn = (use: OptionUse, key: string) => readSwitch(fieldOf(use, key) ?? '') === true

function cloudInitOf(options: VirtInstallOptions): OptionUse | null {
  const use = usesOf(options, 'cloud-init').at(-1)
  return use === undefined || use.value === 'none' ? null : use
}

function refuseUnsupported(options: VirtInstallOptions, context: EngineContext): void {
  if (hasOption(options, 'reinstall')) {
    throw unsupported('--reinstall', 'reinstall', 'define the domain anew')
  }
  if (!hasOption(options, 'unattended')) return
  const name = usesOf(options, 'osinfo').at(-1)
  const os = name ? context.osDatabase.byShortId(fieldOf(name, 'name') ?? '') : undefined
  if (os && !os.hasInstallScripts) {
    throw refuse(
      `OS '${os.shortIds[0]}' does not support unattended installation.`,
      'unattended',
    )
  }
  throw unsupported('--unattended', 'unattended', 'use a cloud image with --cloud-init')
}

function applyInstall(installer: Installer, use: OptionUse, context: EngineContext): void {
  const os = fieldOf(use, 'os')
  if (os) {
    const facts = context.osDatabase.byShortId(os)
    if (!facts) {
      throw refuse(
        `Unknown OS name '${os}'. See \`--osinfo list\` for valid values.`,
        'install',
        'os',
      )
    }
    if (facts.trees.length === 0) {
      throw refuse(`OS '${os}' does not have a URL location`, 'install', 'os')
    }
    throw unsupported(
      `Fetching the installer of '${os}' over the network`,
      'install',
      'use --cdrom with its ISO, or --install kernel=…,initrd=…',
    )
  }
  const kernel = fieldOf(use, 'kernel')
  const initrd = fieldOf(use, 'initrd')
  if (!kernel && !initrd) return
  installer.kind = 'kernel'
  installer.kernel = {
    kernel: absolute(kernel ?? '', context),
    initrd: initrd ? absolute(initrd, context) : '',
    iso: null,
  }
}

function applyLocation(installer: Installer, use: OptionUse, context: EngineContext): void {
  const location = fieldOf(use, 'location')
  const kernel = fieldOf(use, 'kernel')
  const initrd = fieldOf(use, 'initrd')
  if (!location) {
    throw refuse(
      'location kernel/initrd may only be specified with a location URL/path',
      'location',
    )
  }
  if ((kernel && !initrd) || (initrd && !kernel)) {
    throw refuse('location kernel/initrd must be specified as a pair', 'location')
  }
  if (/^[a-z]+:\/\//i.test(location) && !location.startsWith('file://')) {
    throw unsupported(
      'Fetching an installer tree over the network',
      'location',
      'fetch the ISO into a pool and use its path',
    )
  }
  const path = absolute(location.replace(/^file:\/\//, ''), context)
  checkImage(location, path, context)
  const detected = detect(path, context)
  const inside = {
    kernel: kernel ?? detected?.kernel,
    initrd: initrd ?? detected?.initrd,
  }
  if (!inside.kernel || !inside.initrd) {
    throw refuse(
      `Couldn't find kernel for install tree '${path}': name both as --location ${path},kernel=…,initrd=…`,
      'location',
    )
  }
  installer.kind = 'kernel'
  installer.kernel = { kernel: inside.kernel, initrd: inside.initrd, iso: path }
  installer.mediaPath = path
  installer.mediaTyped = location
  installer.mediaUse = 'location'
}

/** The ISO of --location has to be there; what is in it is looked at when it is used. */
function checkImage(typed: string, path: string, context: EngineContext): void {
  const { facts } = context
  const isThere =
    path in facts.blockDevices || hostIndexOf(facts).volumeAt(path) !== undefined
  if (isThere) return
  throw refuse(
    `Validating install media '${typed}' failed: Must specify storage creation parameters for non-existent path '${path}'.`,
    'location',
  )
}

function readKernelArguments(
  installer: Installer,
  options: VirtInstallOptions,
  install: OptionUse | undefined,
): void {
  const extra = usesOf(options, 'extra-args').map(({ value }) => value ?? '')
  const own = (install && fieldOf(install, 'kernel_args')) ?? ''
  if (extra.length > 0 && installer.kernel === null) {
    throw refuse(
      'Kernel arguments are only supported with location or kernel installs.',
      'extra-args',
    )
  }
  if (hasOption(options, 'initrd-inject') && installer.kernel === null) {
    throw refuse('Install method does not support initrd injections.', 'initrd-inject')
  }
  if (hasOption(options, 'initrd-inject')) {
    throw unsupported('--initrd-inject', 'initrd-inject', 'build the initrd beforehand')
  }
  const replaces = install !== undefined && isOn(install, 'kernel_args_overwrite')
  installer.kernelArguments = [own, ...(replaces ? [] : extra)]
    .filter((part) => part !== '')
    .join(' ')
}

const detect = (path: string, context: EngineContext) => {
  const media = context.facts.media.find((entry) => entry.path === path)
  return media && context.osDatabase.detectMedia(media)
}

function absolute(path: string, context: EngineContext): string {
  if (path === '' || /^[a-z]+:\/\//i.test(path)) return path
  return cleanPath(
    path.startsWith('/') ? path : `${context.workingDirectory ?? '/'}/${path}`,
  )
}
