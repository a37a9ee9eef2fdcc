import type { PreflightRemedy } from '../contract/preflight.ts'
import type { HostMoveFacts, PoolMoveFacts } from './move-facts.ts'
import { networkXmlFor } from './preflight-network.ts'
import { poolXmlFor } from './preflight-storage.ts'

/**
 * What one host has and another lacks, of networks and pools: to be defined there, or to be started
 * where it is only not active. Pools on devices of the host itself are no such thing, nor is one whose
 * folder belongs to a pool of another name there.
 */
export function remediesBetween(
  has: HostMoveFacts,
  lacks: HostMoveFacts,
): PreflightRemedy[] {
  const networks = has.networks.flatMap((network): PreflightRemedy[] => {
    const { name, active } = network
    const there = lacks.networks.find((one) => one.name === name)
    if (!there) return [{ kind: 'define-network', name, xml: networkXmlFor(network) }]
    return active && !there.active ? [{ kind: 'start-network', name }] : []
  })
  const pools = has.pools.flatMap((pool): PreflightRemedy[] => {
    const { name, active, path } = pool
    const there = lacks.pools.find((one) => one.name === name)
    if (there) return active && !there.active ? [{ kind: 'start-pool', name }] : []
    const taken = path !== null && lacks.pools.some((one) => one.path === path)
    if (taken || !canBeElsewhere(pool)) return []
    return [{ kind: 'define-pool', name, xml: poolXmlFor(pool) }]
  })
  return [...networks, ...pools]
}

/** A folder can be made anywhere, storage of the network is the same from everywhere. */
const canBeElsewhere = ({ type, origin }: PoolMoveFacts) =>
  type === 'dir' || origin !== null
