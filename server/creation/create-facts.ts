import type { CreateFacts, MediaVolume } from '../contract/create.ts'
import { attribute, child, children, parseXml, textOf } from '../libvirt/xml.ts'
import type { XmlElement } from '../libvirt/xml.ts'
import type { HostFacts } from '../virtinst/host-facts.ts'

/** What of a host's facts the form is filled from. */
export function createFactsOf(
  host: string,
  facts: HostFacts,
  more: Pick<CreateFacts, 'memory' | 'cpus' | 'osDatabase'> & {
    activeNetworks: ReadonlySet<string>
  },
): CreateFacts {
  const arches = archesOf(facts.capabilitiesXml)
  const best = bestCapabilities(facts)
  const domain = best === null ? null : parseXml(best, 'domainCapabilities')
  const valuesOf = (path: string, name: string) => offeredIn(domain, path, name)
  const modes = children(child(domain, 'cpu'), 'mode').filter(
    (mode) => attribute(mode, 'supported') === 'yes',
  )
  const custom = modes.find((mode) => attribute(mode, 'name') === 'custom') ?? null
  return {
    host,
    kvm: arches.some(({ virtTypes }) => virtTypes.includes('kvm')),
    memory: more.memory,
    cpus: more.cpus,
    osDatabase: more.osDatabase,
    pools: facts.pools.map((pool) => ({
      name: pool.name,
      type: pool.type,
      active: pool.active,
      targetPath: pool.targetPath,
      capacityBytes: pool.capacityBytes,
      availableBytes: pool.availableBytes,
      takesFiles: pool.active && ['dir', 'fs', 'netfs'].includes(pool.type),
    })),
    networks: facts.networks.map(({ name, xml }) => {
      const network = parseXml(xml, 'network')
      const forward = child(network, 'forward')
      return {
        name,
        active: more.activeNetworks.has(name),
        forward: forward ? (attribute(forward, 'mode') ?? 'nat') : null,
        bridge: attribute(child(network, 'bridge'), 'name'),
        pxe: children(network, 'ip').some((ip) => child(ip, 'dhcp/bootp') !== null),
      }
    }),
    arches,
    firmware: firmwareOf(facts),
    graphics: valuesOf('devices/graphics', 'type'),
    video: valuesOf('devices/video', 'modelType'),
    cpuModes: modes.map((mode) => attribute(mode, 'name') ?? ''),
    cpuModels: children(custom, 'model')
      .filter((model) => attribute(model, 'usable') === 'yes')
      .map((model) => model.text),
    domainNames: facts.domains.map(({ name }) => name),
  }
}

/** What a host has of firmware for a new domain. */
export function firmwareOf(facts: HostFacts): CreateFacts['firmware'] {
  const best = bestCapabilities(facts)
  const domain = best === null ? null : parseXml(best, 'domainCapabilities')
  return {
    uefi: offeredIn(domain, 'os', 'firmware').includes('efi'),
    secureBoot: offeredIn(domain, 'os/loader', 'secure').includes('yes'),
    tpm: offeredIn(domain, 'devices/tpm', 'backendModel').includes('emulator'),
  }
}

/** Values that domain capabilities list for one thing; none where it is not supported. */
function offeredIn(domain: XmlElement | null, path: string, name: string): string[] {
  const element = child(domain, path)
  if (!element || attribute(element, 'supported') === 'no') return []
  return children(element, 'enum')
    .filter((one) => attribute(one, 'name') === name)
    .flatMap((one) => children(one, 'value').map((value) => value.text))
}

/** Those of the machine that a new domain would have: kvm before qemu, q35 before the rest. */
function bestCapabilities({ domainCapabilities }: HostFacts): string | null {
  const keys = Object.keys(domainCapabilities)
  const key =
    keys.find((one) => /^kvm-\w+-(q35|virt)$/.test(one)) ??
    keys.find((one) => /^qemu-(x86_64-q35|aarch64-virt)$/.test(one)) ??
    keys[0]
  return key === undefined ? null : (domainCapabilities[key] ?? null)
}

function archesOf(capabilitiesXml: string): CreateFacts['arches'] {
  const root = parseXml(capabilitiesXml, 'capabilities')
  const own = textOf(root, 'host/cpu/arch')
  return children(root, 'guest')
    .filter((guest) => textOf(guest, 'os_type') === 'hvm')
    .map((guest) => {
      const arch = child(guest, 'arch')
      const types = children(arch, 'domain').map((one) => attribute(one, 'type') ?? '')
      return {
        arch: attribute(arch, 'name') ?? '',
        virtTypes: types.toSorted((a, b) => rank(a) - rank(b)),
        machines: [...new Set(children(arch, 'machine').map((one) => one.text.trim()))],
      }
    })
    .toSorted((a, b) => Number(b.arch === own) - Number(a.arch === own))
}

function rank(virtType: string): number {
  return virtType === 'kvm' ? 0 : 1
}

/** Volumes of a host that can be booted or attached, with who has them. */
export function mediaOf(facts: HostFacts): MediaVolume[] {
  const users = new Map<string, string[]>()
  for (const { name, xml } of facts.domains) {
    for (const [, single, double] of xml.matchAll(
      /<source [^>]*?(?:file|dev)=(?:'([^']*)'|"([^"]*)")/g,
    )) {
      const path = single ?? double ?? ''
      users.set(path, [...(users.get(path) ?? []), name])
    }
  }
  return facts.pools.flatMap((pool) =>
    pool.volumes
      .filter(({ type }) => type === 'file' || type === 'block' || type === 'network')
      .map((volume) => ({
        pool: pool.name,
        name: volume.name,
        path: volume.path,
        format: volume.format,
        capacityBytes: volume.capacityBytes,
        allocationBytes: volume.allocationBytes,
        kind:
          volume.format === 'iso' || volume.name.toLowerCase().endsWith('.iso')
            ? ('iso' as const)
            : ('disk' as const),
        usedBy: users.get(volume.path) ?? [],
      })),
  )
}
