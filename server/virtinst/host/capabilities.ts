import { VirtInstallError } from '../model.ts'
import { parseXml } from '../xml/parse.ts'
import { find, findAll, get, has, type XmlElement } from '../xml/tree.ts'

/** One guest kind that a host can run: OS type, arch, and the virtualisation it offers for it. */
export interface GuestEntry {
  osType: string
  arch: string
  domains: GuestDomain[]
  hasAcpi: boolean
  hasApic: boolean
  hasPae: boolean
}

export interface GuestDomain {
  type: string
  emulator: string | null
  machines: Machine[]
}

export interface Machine {
  name: string
  canonical: string | null
}

export interface Capabilities {
  hostArch: string
  /** The host's CPU as `<cpu>` of the capabilities, or null. */
  hostCpu: XmlElement | null
  guests: GuestEntry[]
  /** Models of `<secmodel>`, first one first, with their base labels by domain type. */
  securityModels: string[]
}

export function readCapabilities(source: string): Capabilities {
  const xml = parseXml(source)
  return {
    hostArch: get(xml, 'host/cpu/arch') ?? 'x86_64',
    hostCpu: find(xml, 'host/cpu') ?? null,
    guests: findAll(xml, 'guest').map(guestOf),
    securityModels: findAll(xml, 'host/secmodel/model').map(
      (model) => model.text?.value ?? '',
    ),
  }
}

function guestOf(guest: XmlElement): GuestEntry {
  const arch = find(guest, 'arch') ?? guest
  const machines = machinesOf(arch)
  const emulator = get(arch, 'emulator') ?? null
  return {
    osType: get(guest, 'os_type') ?? '',
    arch: get(arch, '@name') ?? '',
    domains: findAll(arch, 'domain').map((domain) => {
      const own = machinesOf(domain)
      return {
        type: get(domain, '@type') ?? '',
        emulator: get(domain, 'emulator') ?? emulator,
        machines: own.length > 0 ? own : machines,
      }
    }),
    hasAcpi: has(guest, 'features/acpi'),
    hasApic: has(guest, 'features/apic'),
    hasPae: has(guest, 'features/pae'),
  }
}

const machinesOf = (parent: XmlElement): Machine[] =>
  findAll(parent, 'machine').map((machine) => ({
    name: machine.text?.value ?? '',
    canonical: get(machine, '@canonical') ?? null,
  }))

/** What a domain asks of the capabilities; undefined: whatever the host has. */
export interface GuestWish {
  osType?: string | undefined
  arch?: string | undefined
  virtType?: string | undefined
  machine?: string | undefined
}

export interface GuestChoice {
  guest: GuestEntry
  domain: GuestDomain
}

/** Which virtualisation is taken when none was asked for: the first of these that the host has. */
const preference = ['kvm', 'xen', 'hvf', 'qemu']

/**
 * The guest entry that fits. Without a wish the host's own arch and hvm. Throws VirtInstallError in
 * virt-install's words, naming the option that cannot be had.
 */
export function chooseGuest(capabilities: Capabilities, wish: GuestWish): GuestChoice {
  const { guests, hostArch } = capabilities
  if (guests.length === 0) throw refuse('No virtualization options', wish)
  if (wish.osType && !guests.some(({ osType }) => osType === wish.osType)) {
    throw new VirtInstallError(
      `Host does not support virtualization type '${wish.osType}'`,
      { option: wish.osType === 'hvm' ? 'hvm' : 'paravirt' },
    )
  }
  if (wish.arch && !guests.some(({ arch }) => arch === wish.arch)) {
    if (wish.osType) {
      throw new VirtInstallError(
        `Host does not support virtualization type '${wish.osType}' for architecture '${wish.arch}'`,
        { option: 'arch' },
      )
    }
    throw new VirtInstallError(
      `Host does not support any virtualization options for architecture '${wish.arch}'`,
      { option: 'arch' },
    )
  }
  const candidates = guests.filter(
    ({ osType, arch }) =>
      (!wish.osType || osType === wish.osType) && (!wish.arch || arch === wish.arch),
  )
  const guest =
    candidates.find(
      ({ osType, arch }) =>
        arch === (wish.arch ?? hostArch) && (wish.osType ?? 'hvm') === osType,
    ) ?? candidates[0]
  const domain = guest && chooseDomain(guest, wish)
  if (!guest || !domain) {
    const machine = wish.machine ? ` with machine '${wish.machine}'` : ''
    throw new VirtInstallError(
      `Host does not support domain type ${wish.virtType ?? 'None'}${machine} for virtualization type '${guest?.osType ?? wish.osType ?? 'hvm'}' with architecture '${guest?.arch ?? wish.arch ?? hostArch}'`,
      { option: wish.machine ? 'machine' : 'virt-type' },
    )
  }
  return { guest, domain }
}

function chooseDomain(guest: GuestEntry, wish: GuestWish): GuestDomain | undefined {
  const fits = guest.domains.filter(
    ({ type, machines }) =>
      (!wish.virtType || type === wish.virtType) &&
      (!wish.machine ||
        machines.some(
          ({ name, canonical }) => name === wish.machine || canonical === wish.machine,
        )),
  )
  for (const type of preference) {
    const found = fits.find((domain) => domain.type === type)
    if (found) return found
  }
  return fits[0]
}

const refuse = (message: string, wish: GuestWish) =>
  new VirtInstallError(message, { option: wish.virtType ? 'virt-type' : null })
