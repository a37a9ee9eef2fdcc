import type { Consumer } from '../contract/overcommit.ts'
import { parseDomainNuma } from '../libvirt/domain-numa-xml.ts'
import { parseXml } from '../libvirt/xml.ts'
import type { CellRoom, GuestClaim, HostRoom } from '../memory/overcommit.ts'
import { boundCellsOf } from '../numa/placement.ts'
import type { HostAgent } from './host-agent.ts'
import type { CellsFree, HostTopology } from './host-link.ts'
import type { LiveDomain } from './live-domain.ts'

/** Of the huge pages that a domain asks for without a size; x86's and arm's. */
const defaultHugePageKiB = 2_048

/**
 * What a host has, for server/memory/overcommit.ts: RAM by its newest sample, cells by its
 * capabilities. What is free in the cells is known only where `free` was read for them.
 *
 * @returns null = not sampled yet
 */
export function roomOf(
  agent: HostAgent,
  topology: HostTopology | null = agent.facts?.topology ?? null,
  free: readonly CellsFree[] | null = null,
): HostRoom | null {
  const { memory } = agent.figures
  if (!memory) return null
  return { memory, cells: topology ? cellRoomsOf(topology, free) : [] }
}

export function cellRoomsOf(
  topology: HostTopology,
  free: readonly CellsFree[] | null,
): CellRoom[] {
  return topology.cells.map(({ id, totalKiB, hugePages }, at) => ({
    id,
    totalKiB,
    freeKiB: free?.[at]?.freeKiB ?? null,
    hugePages: hugePages.map((pool, index) => ({
      ...pool,
      free: free?.[at]?.freePages[index] ?? null,
    })),
  }))
}

/** What one domain has and may take of its host, when it runs. */
export function claimOf(domain: LiveDomain): GuestClaim {
  const numa = domain.live?.numa
  return {
    uuid: domain.uuid,
    balloonKiB: domain.balloonKiB ?? domain.maximumKiB,
    maximumKiB: domain.maximumKiB,
    rssKiB: domain.stats.rss,
    hugePageKiB: hugePageKiBOf(domain),
    cells: numa ? boundCellsOf(numa) : null,
  }
}

/** What a domain that does not run yet will take, by its XML. Throws XmlError. */
export function claimOfNew(
  xml: string,
  { balloonKiB, maximumKiB }: Pick<GuestClaim, 'balloonKiB' | 'maximumKiB'>,
): GuestClaim {
  const numa = parseDomainNuma(parseXml(xml, 'domain'))
  return {
    // No other has it.
    uuid: '',
    balloonKiB,
    maximumKiB,
    rssKiB: null,
    hugePageKiB: hugePageKiBIn(numa),
    cells: boundCellsOf(numa),
  }
}

/** The claims of all running domains of a host. */
export function claimsOf(agent: HostAgent): GuestClaim[] {
  return [...agent.inventory.domains.values()]
    .filter((domain) => domain.active)
    .map(claimOf)
}

export function hugePageKiBOf(domain: LiveDomain): number | null {
  return domain.live ? hugePageKiBIn(domain.live.numa) : null
}

function hugePageKiBIn({ hugePageKiB }: { hugePageKiB: number | null }): number | null {
  return hugePageKiB === 0 ? defaultHugePageKiB : hugePageKiB
}

export function consumerOf(domain: LiveDomain): Consumer {
  const { balloonKiB, maximumKiB, rssKiB, hugePageKiB, cells } = claimOf(domain)
  return {
    uuid: domain.uuid,
    name: domain.name,
    balloonKiB,
    maximumKiB,
    rssKiB,
    usedKiB: domain.memory.derived.usedKiB,
    growthKiB: Math.max(0, balloonKiB - (rssKiB ?? 0)),
    hugePageKiB,
    cells: cells ? [...cells] : null,
  }
}
