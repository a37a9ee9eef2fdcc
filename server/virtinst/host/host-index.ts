import { domainCapabilitiesKey, type HostFacts, type VolumeFacts } from '../host-facts.ts'
import type { PoolFacts } from '../host-facts.ts'
import { parseXml } from '../xml/parse.ts'
import { findAll, get, type XmlElement } from '../xml/tree.ts'
import { readCapabilities, type Capabilities } from './capabilities.ts'
import { DomainCapabilities } from './domain-capabilities.ts'
import { readNodeDevice, type NodeDevice } from './node-devices.ts'

/** What was read of a host's XML, each part when first asked for. */
export class HostIndex {
  readonly facts: HostFacts
  #capabilities: Capabilities | null = null
  readonly #domainCapabilities = new Map<string, DomainCapabilities>()
  #volumes: Map<string, { pool: PoolFacts; volume: VolumeFacts }> | null = null
  #macs: Map<string, string> | null = null
  #diskUsers: Map<string, DiskUser[]> | null = null
  #nodeDevices: NodeDevice[] | null = null

  constructor(facts: HostFacts) {
    this.facts = facts
  }

  get capabilities(): Capabilities {
    return (this.#capabilities ??= readCapabilities(this.facts.capabilitiesXml))
  }

  /**
   * Domain capabilities for a machine: as asked, by its canonical name, as q35 or pc, else the
   * default read as if it were for this arch.
   */
  domainCapabilities(virtType: string, arch: string, machine: string): DomainCapabilities {
    const asked = domainCapabilitiesKey(virtType, arch, machine)
    let known = this.#domainCapabilities.get(asked)
    if (!known) {
      const sources = this.facts.domainCapabilities
      const key = this.#capabilitiesKey(sources, virtType, arch, machine)
      const source = key === null ? sources.default : sources[key]
      known = new DomainCapabilities(
        source ?? `<domainCapabilities><arch>${arch}</arch></domainCapabilities>`,
      )
      this.#domainCapabilities.set(asked, known)
    }
    return known
  }

  /** The features that a named CPU model may safely have here, or null where nobody asked the host. */
  baselineFeatures(virtType: string, arch: string, machine: string): Set<string> | null {
    const sources = this.facts.cpuBaselines
    const key = this.#capabilitiesKey(sources, virtType, arch, machine)
    const source = key === null ? sources.default : sources[key]
    if (source === undefined) return null
    const xml = parseXml(source)
    return new Set(
      findAll(xml, 'feature')
        .filter((feature) => (get(feature, '@policy') ?? 'require') === 'require')
        .map((feature) => get(feature, '@name') ?? ''),
    )
  }

  #capabilitiesKey(
    sources: Readonly<Record<string, string>>,
    virtType: string,
    arch: string,
    machine: string,
  ): string | null {
    const canonical = this.#canonicalOf(arch, machine)
    const family = machine.startsWith('pc-q35-')
      ? 'q35'
      : machine.startsWith('pc-i440fx-')
        ? 'pc'
        : null
    for (const name of [machine, ...canonical, family]) {
      if (!name) continue
      const key = domainCapabilitiesKey(virtType, arch, name)
      if (key in sources) return key
    }
    return null
  }

  /** The other names of a machine: the alias' target, or the alias of a versioned name. */
  #canonicalOf(arch: string, machine: string): string[] {
    const machines = this.capabilities.guests
      .filter((guest) => guest.arch === arch)
      .flatMap((guest) => guest.domains.flatMap((domain) => domain.machines))
    return machines.flatMap(({ name, canonical }) =>
      name === machine && canonical ? [canonical] : canonical === machine ? [name] : [],
    )
  }

  /** The volume behind a path. */
  volumeAt(path: string): { pool: PoolFacts; volume: VolumeFacts } | undefined {
    if (!this.#volumes) {
      this.#volumes = new Map()
      for (const pool of this.facts.pools) {
        for (const volume of pool.volumes) {
          // libvirt calls those of a pool at / by names like //srv.
          const at = volume.path.startsWith('//') ? cleanPath(volume.path) : volume.path
          if (!this.#volumes.has(at)) this.#volumes.set(at, { pool, volume })
        }
      }
    }
    return this.#volumes.get(path)
  }

  pool(name: string): PoolFacts | undefined {
    return this.facts.pools.find((pool) => pool.name === name)
  }

  /** The pool whose volumes lie in a directory. */
  poolOfDirectory(directory: string): PoolFacts | undefined {
    return this.facts.pools.find(
      ({ targetPath }) => targetPath !== null && cleanPath(targetPath) === directory,
    )
  }

  hasDomain(name: string): boolean {
    return this.facts.domains.some((domain) => domain.name === name)
  }

  /** Name of the domain that has a MAC, or undefined. */
  ownerOfMac(mac: string): string | undefined {
    if (!this.#macs) {
      this.#macs = new Map()
      for (const { name, xml } of this.facts.domains) {
        for (const [, address] of xml.matchAll(/<mac\s+address=['"]([^'"]+)['"]/g)) {
          this.#macs.set(address!.toLowerCase(), name)
        }
      }
    }
    return this.#macs.get(mac.toLowerCase())
  }

  /** Who uses a path as a disk; also as the backing of a volume that is a disk. */
  diskUsers(path: string): readonly DiskUser[] {
    this.#diskUsers ??= this.#readDiskUsers()
    return this.#diskUsers.get(path) ?? []
  }

  #readDiskUsers(): Map<string, DiskUser[]> {
    const users = new Map<string, DiskUser[]>()
    const add = (path: string, user: DiskUser) => {
      const list = users.get(path)
      if (list) list.push(user)
      else users.set(path, [user])
    }
    for (const { name, xml } of this.facts.domains) {
      const domain = parseXml(xml)
      for (const disk of findAll(domain, 'devices/disk')) {
        const path = this.sourcePathOf(disk)
        if (!path) continue
        const user: DiskUser = {
          domain: name,
          shareable: disk.children.some((child) => child.name === 'shareable'),
          readonly: disk.children.some((child) => child.name === 'readonly'),
        }
        const seen = new Set<string>()
        for (let at: string | null = path; at && !seen.has(at);) {
          seen.add(at)
          add(at, user)
          at = this.volumeAt(at)?.volume.backingPath ?? null
        }
      }
      for (const part of ['kernel', 'initrd', 'dtb', 'nvram']) {
        const path = get(domain, `os/${part}`)
        if (path) add(path, { domain: name, shareable: false, readonly: false, part })
      }
    }
    return users
  }

  /** The path that a `<disk>` reads from, also through pool and volume; undefined: none. */
  sourcePathOf(disk: XmlElement): string | undefined {
    const direct =
      get(disk, 'source/@file') ?? get(disk, 'source/@dev') ?? get(disk, 'source/@dir')
    if (direct) return direct
    const pool = get(disk, 'source/@pool')
    const volume = get(disk, 'source/@volume')
    if (!pool || !volume) return undefined
    return this.pool(pool)?.volumes.find(({ name }) => name === volume)?.path
  }

  get nodeDevices(): NodeDevice[] {
    return (this.#nodeDevices ??= this.facts.nodeDevices.map(({ name, xml }) =>
      readNodeDevice(name, xml),
    ))
  }
}

export interface DiskUser {
  domain: string
  shareable: boolean
  readonly: boolean
  /** kernel, initrd …: not a disk. */
  part?: string
}

/** No trailing or doubled slash, `.` and `..` resolved. */
export function cleanPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`
}

const indexes = new WeakMap<HostFacts, HostIndex>()

export function hostIndexOf(facts: HostFacts): HostIndex {
  let index = indexes.get(facts)
  if (!index) {
    index = new HostIndex(facts)
    indexes.set(facts, index)
  }
  return index
}
