import { parseCapabilities } from '../libvirt/capabilities.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { parseDomainXml } from '../libvirt/domain-xml.ts'
import type { DomainXml } from '../libvirt/domain-xml.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { hostCpuXml, parseNetworkXml, parsePoolXml } from '../libvirt/host-objects-xml.ts'
import type {
  HostMoveFacts,
  NetworkMoveFacts,
  PoolMoveFacts,
} from '../migration/move-facts.ts'
import { cleanName } from './text.ts'

/** Capabilities may probe every QEMU of the host. */
const slowMs = 60_000
/** Objects of one kind that are looked at. */
const mostObjects = 200

/** What only a host itself can say about moves to and from it. */
export type ProbedHost = Pick<
  HostMoveFacts,
  'machines' | 'freePages' | 'networks' | 'pools'
> & { cpuXml: string | null }

export interface ProbedDomain {
  xml: DomainXml
  /** Bytes on disk, by target. */
  diskBytes: Map<string, number>
}

/** Asks one host what a move needs to know, and makes there what it lacks. */
export interface MoveProbe {
  host(): Promise<ProbedHost>
  domain(uuid: string, active: boolean): Promise<ProbedDomain>
  /** The CPU of a domain, or of another host, against this host. */
  compareCpu(xml: DomainXml, sourceCpuXml: string | null): Promise<number>
  /** Which of the paths are volumes here, with their sizes. */
  present(paths: readonly string[]): Promise<Map<string, number>>
  defineNetwork(xml: string): Promise<void>
  startNetwork(name: string): Promise<void>
  definePool(xml: string): Promise<void>
  startPool(name: string): Promise<void>
}

/** @param telemetry asks, @param control changes */
export function createMoveProbe(
  telemetry: LibvirtClient,
  control: LibvirtClient,
): MoveProbe {
  const { node, networks, pools, volumes, domains, disks } = telemetry
  return {
    async host() {
      const capabilities = await node.capabilities({ deadlineMs: slowMs })
      const { guests, pageSizesKiB, numaCells } = parseCapabilities(capabilities)
      const huge = pageSizesKiB.filter((sizeKiB) => sizeKiB > 4)
      return {
        cpuXml: hostCpuXml(capabilities),
        machines: guests.map(({ arch, emulator, domainTypes, machines }) => ({
          arch,
          emulator,
          domainTypes,
          names: machines,
        })),
        freePages: await freePages(telemetry, huge, Math.max(1, numaCells.length)),
        networks: await eachOf(await networks.list(), async ({ uuid, name }) =>
          networkOf(
            name,
            await networks.isActive(uuid),
            // A transient network has no definition but the one it runs with.
            await networks.getXml(uuid, { inactive: true }),
          ),
        ),
        pools: await eachOf(await pools.list(), async ({ uuid, name }) =>
          poolOf(
            name,
            await pools.isActive(uuid),
            (await pools.info(uuid)).availableBytes,
            await pools.getXml(uuid, { inactive: true }),
          ),
        ),
      }
    },

    async domain(uuid, active) {
      const xml = parseDomainXml(await domains.getXml(uuid, { inactive: !active }))
      const diskBytes = new Map<string, number>()
      for (const { target, source } of xml.disks) {
        if (source === null || target === '') continue
        const bytes = await disks.info(uuid, target).then(
          ({ allocationBytes, physicalBytes }) => Math.max(allocationBytes, physicalBytes),
          // A disk whose file is missing is said by libvirt when it matters.
          () => 0,
        )
        diskBytes.set(target, bytes)
      }
      return { xml, diskBytes }
    },

    compareCpu(xml, sourceCpuXml) {
      const passthrough =
        xml.cpu?.mode === 'host-passthrough' || xml.cpu?.mode === 'maximum'
      if (passthrough && sourceCpuXml !== null) return node.compareCpu(sourceCpuXml)
      const kind = {
        arch: xml.os.arch ?? undefined,
        machine: xml.os.machine ?? undefined,
        type: xml.type || undefined,
      }
      return node.compareHypervisorCpu(kind, xml.cpu?.xml ?? '')
    },

    async present(paths) {
      const found = new Map<string, number>()
      for (const path of paths) {
        try {
          const volume = await volumes.lookupByPath(path)
          found.set(path, (await volumes.info(volume)).capacityBytes)
        } catch (error) {
          // Only "no such volume" is an answer; all else is not known, which is not there either.
          if (!isLibvirtError(error)) throw error
        }
      }
      return found
    },

    async defineNetwork(xml) {
      const { uuid } = await control.networks.define(xml)
      await control.networks.start(uuid)
      await control.networks.setAutostart(uuid, true)
    },
    async startNetwork(name) {
      const { uuid } = await control.networks.lookupByName(name)
      await control.networks.start(uuid)
    },
    async definePool(xml) {
      const { uuid } = await control.pools.define(xml)
      await control.pools.start(uuid, { build: true })
      await control.pools.setAutostart(uuid, true)
    },
    async startPool(name) {
      const { uuid } = await control.pools.lookupByName(name)
      await control.pools.start(uuid)
    },
  }
}

async function freePages(
  { node }: LibvirtClient,
  sizesKiB: number[],
  cells: number,
): Promise<HostMoveFacts['freePages']> {
  if (sizesKiB.length === 0) return []
  try {
    const byCell = await node.freePages(sizesKiB, cells)
    return sizesKiB.map((sizeKiB, at) => ({
      sizeKiB,
      count: byCell.reduce((sum, counts) => sum + (counts[at] ?? 0), 0),
    }))
  } catch (error) {
    if (isLibvirtError(error)) return []
    throw error
  }
}

function networkOf(name: string, active: boolean, xml: string): NetworkMoveFacts {
  return { name: cleanName(name), active, forward: parseNetworkXml(xml).forward, xml }
}

function poolOf(
  name: string,
  active: boolean,
  availableBytes: number,
  xml: string,
): PoolMoveFacts {
  const { type, path, origin } = parsePoolXml(xml)
  return { name: cleanName(name), active, type, path, origin, availableBytes, xml }
}

/** One after the other: a long list must not take all slots. What vanished meanwhile is left out. */
async function eachOf<T, R>(items: T[], read: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items.slice(0, mostObjects)) {
    try {
      results.push(await read(item))
    } catch (error) {
      if (!isLibvirtError(error)) throw error
    }
  }
  return results
}
