import type { DomainPlacement, HostCell } from '../contract/numa.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { cellClaims } from '../memory/overcommit.ts'
import type { AdviceCell } from '../numa/advice.ts'
import { placementOf } from '../numa/placement.ts'
import type { PlacementXml } from '../numa/placement.ts'
import type { HostAgent } from './host-agent.ts'
import type { HostLink, HostTopology, NumaReading, VcpuReading } from './host-link.ts'
import { cellRoomsOf, claimsOf, hugePageKiBOf } from './host-room.ts'
import type { LiveDomain } from './live-domain.ts'
import type { NodeReading } from './node-watch.ts'

/** Domains that are asked at a time: the sweep has to find a free slot beside them. */
const askers = 2

const nothingSaid: PlacementXml = {
  vcpuPlacement: 'static',
  vcpuCpuset: null,
  memory: null,
  memnodes: [],
  vcpuPins: [],
  emulatorPin: null,
  ioThreadPins: [],
  guestCells: [],
}

/** The cells of a host with what is free in them and who may be there. */
export function hostCellsOf(
  agent: HostAgent,
  { topology, free }: NodeReading,
  placements: readonly DomainPlacement[],
): HostCell[] {
  const claims = claimsOf(agent)
  return cellRoomsOf(topology, free).map((room, at) => {
    const { cpus, threadsPerCore, distances } = topology.cells[at]!
    return {
      ...room,
      hugePages: [...room.hugePages],
      cpus,
      threadsPerCore,
      distances,
      ...cellClaims(room.id, claims),
      vcpusHere: placements
        .flatMap(({ vcpuList }) => vcpuList)
        .filter(({ cell }) => cell === room.id).length,
    }
  })
}

/** The same for who looks for a place. */
export function adviceCellsOf(
  agent: HostAgent,
  { topology, free }: NodeReading,
): AdviceCell[] {
  const claims = claimsOf(agent)
  const domains = [...agent.inventory.domains.values()].filter((domain) => domain.active)
  return cellRoomsOf(topology, free).map((room, at) => {
    const { cpus, distances } = topology.cells[at]!
    const bound = claims.filter(
      ({ cells, hugePageKiB }) => cells?.join() === `${room.id}` && hugePageKiB === null,
    )
    const there = new Set(bound.map(({ uuid }) => uuid))
    return {
      ...room,
      cpus,
      distances,
      boundKiB: bound.reduce((sum, { maximumKiB }) => sum + maximumKiB, 0),
      promisedKiB: bound.reduce(
        (sum, { maximumKiB, rssKiB }) => sum + Math.max(0, maximumKiB - (rssKiB ?? 0)),
        0,
      ),
      vcpus: domains
        .filter(({ uuid }) => there.has(uuid))
        .reduce((sum, { vcpus }) => sum + vcpus, 0),
    }
  })
}

/**
 * Where domains may be and where they are now. One that stops meanwhile is shown by its XML.
 *
 * @param ask also of a domain whose XML binds no memory where libvirt lets it be
 */
export async function readPlacements(
  link: HostLink,
  domains: readonly LiveDomain[],
  topology: HostTopology,
  ask = false,
): Promise<DomainPlacement[]> {
  const cells = topology.cells
  const hostCpus = Math.max(0, ...cells.flatMap(({ cpus }) => cpus)) + 1
  const placements: DomainPlacement[] = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < domains.length; at = next++) {
      const domain = domains[at]!
      const xml = domain.live?.numa ?? nothingSaid
      const memory = ask || xml.memory !== null || xml.vcpuPlacement === 'auto'
      const [vcpus, live] = domain.active
        ? await Promise.all([
            orElse(link.vcpuPlaces(domain.uuid, domain.vcpus, hostCpus), NO_VCPUS),
            memory ? orElse(link.memoryPlace(domain.uuid), null) : null,
          ])
        : [NO_VCPUS, null]
      placements[at] = placementOf(
        {
          uuid: domain.uuid,
          name: domain.name,
          state: domain.state,
          vcpus: domain.vcpus,
          balloonKiB: domain.active ? domain.balloonKiB : null,
          maximumKiB: domain.maximumKiB,
          rssKiB: domain.stats.rss,
          xml,
          hugePageKiB: hugePageKiBOf(domain),
          live,
          vcpuReadings: vcpus,
        },
        cells,
      )
    }
  }
  await Promise.all(Array.from({ length: askers }, work))
  return placements
}

const NO_VCPUS: VcpuReading[] = []

/** What libvirt does not tell of one domain is left out; a lost connection ends the reading. */
async function orElse<T extends VcpuReading[] | NumaReading, N>(
  asked: Promise<T>,
  none: N,
): Promise<T | N> {
  try {
    return await asked
  } catch (error) {
    if (isLibvirtError(error)) return none
    throw error
  }
}
