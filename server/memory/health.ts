import type { BalloonHealth, DomainState } from '../contract/domain.ts'
import { domainIsActive } from '../contract/domain.ts'
import type { InhibitedBy } from '../contract/memory.ts'

/** Longer than a slow guest needs from power on to its balloon driver. */
export const bootGraceMs = 30_000
/** Statistics are stale after this many periods without a new one. */
export const stalePeriods = 3
/** What sampling itself may add to the age of a statistic: one tick and its travel. */
const samplingSlackMs = 1_500

export interface HealthFacts {
  state: DomainState
  /** Model in the XML: null = no `<memballoon>`; undefined = the XML is not read yet. */
  balloonModel: string | null | undefined
  /** Seconds; null = not known. */
  statsPeriodSeconds: number | null
  /** `last_update` of the newest sample; 0 and null = the guest never wrote one. */
  lastUpdateSeconds: number | null
  availableKiB: number | null
  /** When `last_update` was seen to move; monotonic ms. */
  advancedAtMs: number | null
  /** Since when this run of the domain is watched; monotonic ms. */
  watchedSinceMs: number | null
  /** CPU time that QEMU used in this run; 0 = not known. */
  cpuTimeMs: number
  vcpus: number
  nowMs: number
  /** The guest writes its figures, and they stand still while its memory moves: see FrozenWatch. */
  frozen: boolean
  inhibitedBy: InhibitedBy | null
}

/**
 * What is amiss with a domain's balloon. Staleness is judged by `last_update` moving, not by its
 * value: the clocks of host and server may differ.
 */
export function balloonHealthOf(facts: HealthFacts): BalloonHealth {
  if (!domainIsActive(facts.state)) return 'not-running'
  if (facts.balloonModel === undefined) return 'unknown'
  if (facts.balloonModel === null || facts.balloonModel === 'none') return 'no-device'
  if (facts.watchedSinceMs === null) return 'unknown'
  if (!facts.lastUpdateSeconds && facts.availableKiB === null) {
    // A driver writes once when it starts, even with a period of 0.
    if (facts.state !== 'running' || upAtLeastMs(facts) < bootGraceMs) return 'unknown'
    return 'no-driver'
  }
  if (facts.statsPeriodSeconds === 0) return 'stats-off'
  if (facts.statsPeriodSeconds === null) return 'unknown'
  const silentMs = facts.nowMs - (facts.advancedAtMs ?? facts.watchedSinceMs)
  const allowedMs = stalePeriods * facts.statsPeriodSeconds * 1000 + samplingSlackMs
  if (silentMs > allowedMs) return 'stale'
  if (facts.frozen) return 'frozen'
  return facts.inhibitedBy ? 'inhibited' : 'ok'
}

/** Whether the guest's own figures can be believed: nothing amiss, or only the host gains nothing. */
export function statisticsHold(health: BalloonHealth): boolean {
  return health === 'ok' || health === 'inhibited'
}

/**
 * How long the domain runs at least: it was watched so long, or its QEMU (a thread for each vCPU and
 * one of its own) cannot have used so much CPU time in less.
 */
function upAtLeastMs({ nowMs, watchedSinceMs, cpuTimeMs, vcpus }: HealthFacts): number {
  return Math.max(nowMs - (watchedSinceMs ?? nowMs), cpuTimeMs / (Math.max(1, vcpus) + 1))
}
