import type { HostSummary } from '../contract/host.ts'
import type { DerivedMemory, MemoryStats } from '../contract/memory.ts'
import type { Clock } from './clock.ts'
import type { LiveDomain } from './live-domain.ts'
import { noStats } from './live-domain.ts'

export interface DomainFigures {
  uuid: string
  name: string
  active: boolean
  stats: MemoryStats
  derived: DerivedMemory
  balloonKiB: number | null
  maximumKiB: number
  cpuPercent: number | null
  vcpuWaitPercent: number | null
  /** 0..100 */
  pressureScore: number | null
  vcpus: number
  statsAgeSeconds: number | null
}

export interface FleetFigures {
  summary: HostSummary
  domains(): DomainFigures[]
}

/** What is told of a domain outside. Of a guest that fell silent only what QEMU says is told. */
export function domainFiguresOf(domain: LiveDomain, clock: Clock): DomainFigures {
  const monotonicMs = clock.monotonicMs()
  const silent = domain.healthAt(monotonicMs) === 'stale'
  const { actual, rss } = domain.stats
  return {
    uuid: domain.uuid,
    name: domain.name,
    active: domain.active,
    stats: silent ? { ...noStats, actual, rss } : domain.stats,
    derived: silent
      ? { ...domain.memory.derived, usedKiB: null, cacheKiB: null }
      : domain.memory.derived,
    balloonKiB: domain.balloonKiB,
    maximumKiB: domain.maximumKiB,
    cpuPercent: domain.cpuPercent,
    vcpuWaitPercent: domain.vcpuWaitPercent,
    pressureScore: domain.pressureAt(monotonicMs)?.score ?? null,
    vcpus: domain.vcpus,
    statsAgeSeconds: domain.statsAgeSeconds(clock.wallMs(), monotonicMs),
  }
}
