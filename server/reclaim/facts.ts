import type { DomainPolicy } from '../contract/memory-policy.ts'
import type { Clock } from '../fleet/clock.ts'
import type { HostAgent } from '../fleet/host-agent.ts'
import type { LiveDomain } from '../fleet/live-domain.ts'
import type { HostFacts, ReclaimFacts } from './plan.ts'

/** Whether another job works on a domain. */
export type IsBusy = (host: string, uuid: string, name: string) => boolean

/** What is known of a domain at this moment. */
export function factsOf(
  agent: HostAgent,
  domain: LiveDomain,
  settings: DomainPolicy,
  { clock, isBusy }: { clock: Clock; isBusy: IsBusy },
): ReclaimFacts {
  const { host } = agent.record
  const nowMs = clock.monotonicMs()
  const pressure = domain.pressureAt(nowMs)
  return {
    host,
    uuid: domain.uuid,
    name: domain.name,
    state: domain.state,
    health: domain.healthAt(nowMs),
    blocked:
      agent.link === null || agent.stale
        ? 'host-offline'
        : isBusy(host, domain.uuid, domain.name)
          ? 'busy'
          : domain.resizes.current?.status === 'following'
            ? 'resizing'
            : null,
    nowKiB: domain.active ? (domain.stats.actual ?? domain.balloonKiB) : null,
    usedKiB: domain.memory.derived.usedKiB,
    rssKiB: domain.stats.rss,
    floorKiB: domain.memory.floor?.floorKiB ?? null,
    pressure: pressure?.score ?? null,
    pressed: pressure !== null && pressure.level !== 'calm',
    minimumKiB: settings.minimumKiB,
    shares: settings.shares,
  }
}

/** What a host could give without touching its guests: free, buffers, page cache. KiB. */
export function availableKiBOf(agent: HostAgent): number | null {
  const { memory } = agent.figures
  return memory ? memory.freeKiB + memory.buffersKiB + memory.cachedKiB : null
}

export function hostFactsOf(agent: HostAgent): HostFacts {
  const { host, name } = agent.record
  const totalKiB = agent.figures.memory?.totalKiB ?? null
  return { host, name, totalKiB, availableKiB: availableKiBOf(agent) }
}
