import type { HostAgent } from '../fleet/host-agent.ts'

/** A domain anywhere in the fleet, as collisions look at it. */
export interface FleetDomain {
  host: string
  uuid: string
  name: string
  /** Small letters. */
  macs: string[]
}

/** All domains of all hosts, also of those that do not answer now: as they were last known. */
export function* fleetDomains(agents: Iterable<HostAgent>): Generator<FleetDomain> {
  for (const agent of agents) {
    for (const domain of agent.inventory.domains.values()) {
      const { uuid, name, live, config } = domain
      const interfaces = [...(live?.interfaces ?? []), ...(config?.interfaces ?? [])]
      const macs = interfaces.flatMap(({ mac }) =>
        mac === null ? [] : [mac.toLowerCase()],
      )
      yield { host: agent.record.host, uuid, name, macs: [...new Set(macs)] }
    }
  }
}
