import { readSwitch, splitShell } from '../../grammar.ts'
import { cleanPath } from '../../host/host-index.ts'
import { find, findAll, get, set, setPresent, unset } from '../../xml/tree.ts'
import {
  integer,
  originOf,
  refuse,
  refuseBare,
  type Code,
  type Codes,
  type Use,
} from '../apply.ts'

const mebibytesInKiB = (target: Use, value: string, key: string): string => {
  const digits = integer(target, value, key)
  if (digits === '') {
    throw refuse(
      target,
      "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
      key,
    )
  }
  return (BigInt(digits) * 1024n).toString()
}

/** `--memory A,maxmemory=B`: A is what it starts with, B what it may grow to. */
const setMemory: Code = (target, value, field) => {
  const { guest, use } = target
  const origin = originOf(target, field.key)
  const has = (key: string) => use.fields.some((other) => other.key === key)
  const kib = mebibytesInKiB(target, value, field.key)
  if (field.key === 'maxMemory') guest.set('maxMemory', kib, origin)
  else if (field.key === 'maxmemory') guest.set('memory', kib, origin)
  else if (field.key === 'currentMemory') {
    guest.set('currentMemory', kib, origin)
    if (guest.get('memory') === undefined) guest.set('memory', kib, origin)
  } else {
    // Said again with less, only what it starts with changes.
    const isMore = BigInt(guest.get('memory') ?? -1) < BigInt(kib)
    if (!has('maxmemory') && isMore) guest.set('memory', kib, origin)
    guest.set('currentMemory', kib, origin)
  }
}

/** `--vcpus A,maxvcpus=B`: A at the start, B in all. */
const setVcpus: Code = (target, value, field) => {
  const { guest, use } = target
  const maximum = use.fields.findLast(({ key }) => key === 'maxvcpus')
  const origin = originOf(target, field.key)
  const count = integer(target, value, field.key)
  const path = maximum && field.key !== 'maxvcpus' ? 'vcpu/@current' : 'vcpu'
  guest.set(path, count, origin)
}

const setCpuset: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value === 'auto') target.guest.set('vcpu/@placement', 'auto', origin)
  else target.guest.set('vcpu/@cpuset', value, origin)
}

/** `rtc_tickpolicy`, `hpet_present`: the timer of that name. */
const setTimer =
  (name: string, attribute: string): Code =>
  (target, value, field) => {
    set(
      target.at,
      `clock/timer[@name='${name}']/@${attribute}`,
      value,
      originOf(target, field.key),
    )
  }

const timerCodes: Record<string, Code> = Object.fromEntries([
  ...['pit', 'rtc'].map((name) => [`${name}_tickpolicy`, setTimer(name, 'tickpolicy')]),
  ...['platform', 'pit', 'rtc', 'hpet', 'tsc', 'kvmclock', 'hypervclock'].map((name) => [
    `${name}_present`,
    setTimer(name, 'present'),
  ]),
])

const bootDeviceWords = new Set(['hd', 'cdrom', 'fd', 'network'])

/** `hd,cdrom,network` in --boot: unlike other keys these count in the order typed. */
const collectBootDevices: Code = (target) => {
  const { guest, use } = target
  for (const { key } of use.fields) {
    const isNew = !guest.bootDevices.some(({ dev }) => dev === key)
    if (bootDeviceWords.has(key) && isNew) {
      guest.bootDevices.push({ dev: key, origin: originOf(target, key) })
    }
  }
}

/** Paths of the machine where the line is typed become absolute. */
const absolutePath =
  (path: string): Code =>
  (target, value, field) => {
    const full =
      value === '' || value.startsWith('/') || value.includes('://')
        ? value
        : cleanPath(`${target.guest.context.workingDirectory ?? '/'}/${value}`)
    set(target.at, path, full, originOf(target, field.key))
  }

const setUefi: Code = (target, value, field) => {
  const on = value === '' ? true : readSwitch(value)
  if (on === undefined) {
    throw refuseBare(target, `${field.typedAs ?? 'uefi'} must be 'yes' or 'no'`, 'uefi')
  }
  if (on) target.guest.wantsUefi = true
  else target.guest.refusesUefi = true
}

const setInitArguments: Code = (target, value, field) => {
  const os = target.guest.ensure('os')
  os.children = os.children.filter(({ name }) => name !== 'initarg')
  splitShell(value).forEach((word, at) =>
    set(target.at, 'os/initarg#', word, originOf(target, field.key), [at]),
  )
}

const unsupported =
  (what: string): Code =>
  (target, _, field) => {
    throw refuseBare(target, `${what} is not supported`, field.key)
  }

/**
 * Every use of --sysinfo joins the `<sysinfo>` of its type. `host` and `emulate` are no types, but
 * what smbios shall show.
 */
const applySysinfo: Code = (target, value) => {
  const { guest } = target
  const type = target.use.fields.findLast(({ key }) => key === 'type')
  const kind = value === 'default' ? 'smbios' : (type?.value ?? 'smbios')
  const made = findAll(guest.root, 'sysinfo').findLast(
    (info) => get(info, '@type') === undefined,
  )
  if (kind === 'host' || kind === 'emulate') {
    guest.set('os/smbios/@mode', kind, originOf(target, 'type'))
    if (made) guest.root.children = guest.root.children.filter((child) => child !== made)
    return
  }
  if (!made) return
  const same = findAll(guest.root, 'sysinfo').find(
    (info) => info !== made && get(info, '@type') === kind,
  )
  if (same) {
    guest.root.children = guest.root.children.filter((child) => child !== made)
    for (const child of made.children) {
      const part = child.name === 'entry' ? undefined : find(same, child.name)
      if (part) part.children.push(...child.children)
      else same.children.push(child)
    }
  } else set(made, '@type', kind, originOf(target, type ? 'type' : null))
  if (kind === 'smbios') guest.set('os/smbios/@mode', 'sysinfo', originOf(target, null))
}

const qemuNamespace = 'http://libvirt.org/schemas/domain/qemu/1.0'

const addQemuArguments: Code = (target, value, field) => {
  const { guest } = target
  guest.set('@xmlns:qemu', qemuNamespace, originOf(target, field.key))
  const list = guest.ensure('qemu:commandline')
  const origin = originOf(target, field.key)
  if (field.key === 'args') {
    for (const word of splitShell(value)) {
      const at = list.children.filter(({ name }) => name === 'qemu:arg').length
      set(list, 'qemu:arg#/@value', word, origin, [at])
    }
    return
  }
  const equals = value.indexOf('=')
  const at = list.children.filter(({ name }) => name === 'qemu:env').length
  set(list, 'qemu:env#/@name', equals < 0 ? value : value.slice(0, equals), origin, [at])
  if (equals >= 0) set(list, 'qemu:env#/@value', value.slice(equals + 1), origin, [at])
}

const setUuidToo: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  set(target.at, "system/entry[@name='uuid']", value, origin)
  target.guest.set('uuid', value, origin)
}

const genidSwitch: Code = (target, value, field) => {
  if (value === 'yes') setPresent(target.at, 'genid', originOf(target, field.key))
  else unset(target.at, 'genid')
}

export const guestCodes: Codes = {
  memory: {
    memory: setMemory,
    currentMemory: setMemory,
    maxMemory: setMemory,
    maxmemory: setMemory,
  },
  vcpus: {
    vcpu: setVcpus,
    vcpus: setVcpus,
    maxvcpus: setVcpus,
    cpuset: setCpuset,
    'vcpu.cpuset': setCpuset,
  },
  clock: timerCodes,
  metadata: { genid_enable: genidSwitch, os_name: () => {}, os_full_id: () => {} },
  boot: {
    '*': collectBootDevices,
    uefi: setUefi,
    kernel: absolutePath('os/kernel'),
    initrd: absolutePath('os/initrd'),
    dtb: absolutePath('os/dtb'),
    nvram: absolutePath('os/nvram'),
    'acpi.table': absolutePath('os/acpi/table'),
    initargs: setInitArguments,
    bootloader: (target, value, field) =>
      target.guest.set('bootloader', value, originOf(target, field.key)),
    bootloader_args: (target, value, field) =>
      target.guest.set('bootloader_args', value, originOf(target, field.key)),
    domain_type: (target, value, field) =>
      target.guest.set('@type', value, originOf(target, field.key)),
    emulator: (target, value, field) =>
      target.guest.set('devices/emulator', value, originOf(target, field.key)),
    'refresh-machine-type': unsupported('--boot refresh-machine-type'),
  },
  sysinfo: {
    type: () => {},
    'system.uuid': setUuidToo,
    '*': applySysinfo,
  },
  'qemu-commandline': { args: addQemuArguments, env: addQemuArguments },
}
