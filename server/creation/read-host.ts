import { homedir } from 'node:os'

import { parseCapabilities } from '../libvirt/capabilities.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { attribute, child, parseXml, textOf } from '../libvirt/xml.ts'
import { domainCapabilitiesKey } from '../virtinst/host-facts.ts'
import type {
  DomainFacts,
  HostFacts,
  NamedXml,
  PoolFacts,
  VolumeFacts,
} from '../virtinst/host-facts.ts'
import { poolFactsOf, volumeFactsOf } from './storage-facts.ts'

/** Capabilities may probe every QEMU of the host. */
const slow = { deadlineMs: 120_000 }
/** Calls under way at once: the daemon serves five of a client, and others want their turn. */
const width = 4
/** Volumes that are looked at: a directory of a million files must not hold up a form. */
const mostVolumes = 5_000

/** What does not change while a host's libvirt runs. */
export type FixedFacts = Pick<
  HostFacts,
  | 'uri'
  | 'hypervisorVersion'
  | 'libvirtVersion'
  | 'hostname'
  | 'home'
  | 'defaultBridge'
  | 'isLocal'
  | 'capabilitiesXml'
  | 'domainCapabilities'
  | 'cpuBaselines'
  | 'nodeDevices'
  | 'blockDevices'
>

/**
 * Reads what a host can do: capabilities, and what kinds of domains can have, for each virtualization
 * type and the two machines that are used. Seconds on a host whose libvirt has to probe QEMU.
 */
export async function readFixedFacts(client: LibvirtClient): Promise<FixedFacts> {
  const { node } = client
  const [uri, hostname, libvirt, hypervisor, capabilitiesXml] = await Promise.all([
    node.uri(),
    node.hostname(),
    node.libVersion(),
    // The test driver has none.
    node.hypervisorVersion(slow).catch(() => '0.0.0'),
    node.capabilities(slow),
  ])
  const isLocal = !client.uri.includes('+ssh')
  const session = uri.endsWith('/session')
  const { domainCapabilities, cpuBaselines } = await readDomainCapabilities(
    client,
    capabilitiesXml,
  )
  const nodeDevices = await readNodeDevices(client)
  return {
    uri,
    hostname,
    libvirtVersion: versionNumber(libvirt),
    hypervisorVersion: versionNumber(hypervisor),
    home: session ? sessionHome(client.uri) : '/root',
    // virt-install too looks for one only on the machine it runs on.
    defaultBridge: null,
    isLocal,
    capabilitiesXml,
    domainCapabilities,
    cpuBaselines,
    nodeDevices,
    blockDevices: blockDevicesOf(nodeDevices),
  }
}

/** The home of whoever runs a session daemon: it is not told, so the usual place. */
function sessionHome(uri: string): string {
  const user = /^[^:]+:\/\/([\w.-]+)@/.exec(uri)?.[1]
  if (user === undefined) return homedir()
  return user === 'root' ? '/root' : `/home/${user}`
}

/** `9.0.0` as libvirt counts: 9000000. */
export function versionNumber(text: string): number {
  const [major = 0, minor = 0, micro = 0] = text.split('.').map(Number)
  return major * 1_000_000 + minor * 1_000 + micro
}

/** Guest architectures that Ballast installs; others are refused by name. */
const arches: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['q35', 'pc'],
  i686: ['q35', 'pc'],
  aarch64: ['virt'],
}

async function readDomainCapabilities(client: LibvirtClient, capabilitiesXml: string) {
  const { guests, arch: hostArch } = parseCapabilities(capabilitiesXml)
  const kinds = guests.flatMap(({ arch, emulator, domainTypes }) =>
    // Foreign architectures can be asked for by their emulators when somebody needs them.
    (arch === hostArch || arch === 'i686' ? (arches[arch] ?? []) : []).flatMap((machine) =>
      domainTypes
        .filter((type) => type === 'kvm' || type === 'qemu')
        .map((type) => ({ arch, machine, type, emulator: emulator ?? undefined })),
    ),
  )
  const domainCapabilities: Record<string, string> = {}
  const cpuBaselines: Record<string, string> = {}
  await inParallel(kinds, async (kind) => {
    const key = domainCapabilitiesKey(kind.type, kind.arch, kind.machine)
    const xml = await orNothing(client.node.domainCapabilities(kind, slow))
    if (xml === null) return
    domainCapabilities[key] = xml
    const cpu = hostModelOf(xml)
    if (cpu === null) return
    const baseline = await orNothing(
      client.node.baselineHypervisorCpu([cpu], kind, { expandFeatures: true }, slow),
    )
    if (baseline !== null) cpuBaselines[key] = baseline
  })
  const fallback = await orNothing(client.node.domainCapabilities({}, slow))
  if (fallback !== null) domainCapabilities['default'] = fallback
  return { domainCapabilities, cpuBaselines }
}

/** The host model of domain capabilities as a CPU of its own; null when there is none. */
function hostModelOf(xml: string): string | null {
  const found =
    /<mode name=['"]host-model['"] supported=['"]yes['"]>([\s\S]*?)<\/mode>/.exec(xml)
  const content = found?.[1]
  if (content === undefined || !content.includes('<model')) return null
  return `<cpu mode='custom' match='exact'>${content}</cpu>`
}

async function readNodeDevices(client: LibvirtClient): Promise<NamedXml[]> {
  const names = (await orNothing(client.nodeDevices.list())) ?? []
  const devices = await inParallel(names, async (name) => {
    // Unplugged meanwhile: not there.
    const xml = await orNothing(client.nodeDevices.getXml(name))
    return xml === null ? null : { name, xml }
  })
  return devices.filter((device) => device !== null)
}

/** Block devices as the host's device list has them: path to bytes. */
function blockDevicesOf(nodeDevices: readonly NamedXml[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { xml } of nodeDevices) {
    if (!xml.includes('<block>')) continue
    const root = parseXml(xml, 'device')
    const capability = child(root, 'capability')
    const path = textOf(capability, 'block')
    const bytes = Number(textOf(capability, 'size') ?? NaN)
    if (attribute(capability, 'type') === 'storage' && path && bytes > 0)
      found[path] = bytes
  }
  return found
}

/** The definition of a domain; null when it is gone meanwhile. */
export async function readDomain(
  client: LibvirtClient,
  ref: { uuid: string; name: string; id: number },
): Promise<DomainFacts | null> {
  const { uuid, name, id } = ref
  const xml = await orNothing(client.domains.getXml(uuid, { inactive: true }))
  return xml === null ? null : { uuid, name, xml, running: id !== -1 }
}

/** A pool as libvirt names it. */
export interface PoolRef {
  uuid: string
  name: string
}

/** All pools with their volumes; those of a pool that is not active are not known. */
export async function readPools(client: LibvirtClient): Promise<PoolFacts[]> {
  const refs = await client.pools.list()
  const pools: PoolFacts[] = []
  let left = mostVolumes
  for (const ref of refs) {
    const pool = await readPool(client, ref, left)
    if (!pool) continue
    left -= pool.volumes.length
    pools.push(pool)
  }
  return pools
}

/** null when the pool is gone meanwhile. */
export async function readPool(
  client: LibvirtClient,
  { uuid }: PoolRef,
  most = mostVolumes,
): Promise<PoolFacts | null> {
  const xml = await orNothing(client.pools.getXml(uuid))
  if (xml === null) return null
  const active = (await orNothing(client.pools.isActive(uuid))) ?? false
  const volumes = active ? await readVolumes(client, uuid, most) : []
  return { ...poolFactsOf(xml), active, volumes }
}

async function readVolumes(
  client: LibvirtClient,
  poolUuid: string,
  most: number,
): Promise<VolumeFacts[]> {
  const refs = (await orNothing(client.volumes.list(poolUuid))) ?? []
  const volumes = await inParallel(refs.slice(0, Math.max(0, most)), async (ref) => {
    const xml = await orNothing(client.volumes.getXml(ref))
    return xml === null ? null : volumeFactsOf(xml)
  })
  return volumes.filter((volume) => volume !== null)
}

export async function readNetworks(client: LibvirtClient): Promise<NamedXml[]> {
  const networks = await inParallel(
    await client.networks.list(),
    async ({ uuid, name }) => {
      const xml = await orNothing(client.networks.getXml(uuid))
      return xml === null ? null : { name, xml }
    },
  )
  return networks.filter((network) => network !== null)
}

/** null where libvirt refuses: the thing went away, or this host has no such thing. */
async function orNothing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (isLibvirtError(error)) return null
    throw error
  }
}

/** Some calls at a time, answers in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (let index = next++; index < items.length; index = next++) {
        const item = items[index]
        if (item !== undefined) results[index] = await work(item)
      }
    }),
  )
  return results
}
