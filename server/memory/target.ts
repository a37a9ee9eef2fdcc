import type { BalloonHealth, DomainState } from '../contract/domain.ts'
import { domainIsActive } from '../contract/domain.ts'
import type { MemoryDetail, SafeFloor } from '../contract/memory.ts'
import type { ProblemCode } from '../contract/problem.ts'

export interface TargetFacts {
  state: DomainState
  health: BalloonHealth
  actualKiB: number | null
  maximumKiB: number
  floor: SafeFloor | null
  /** RAM of the host; null = not known. */
  hostTotalKiB: number | null
}

export interface TargetRefusal {
  code: ProblemCode
  detail: string
  remedy: string
}

/** Why no target at all can be set now; null = it can. `host-offline` is for the caller to add. */
export function resizeBlocked(
  state: DomainState,
  health: BalloonHealth,
): MemoryDetail['resizeBlocked'] {
  if (!domainIsActive(state)) return 'not-running'
  if (health === 'no-device' || health === 'no-driver') return health
  return null
}

const blockedRefusals = {
  'not-running': {
    code: 'not_running',
    detail: 'The domain is not running, so it has no balloon to move.',
    remedy: 'Start the domain first.',
  },
  'no-device': {
    code: 'no_balloon',
    detail: 'The domain has no memory balloon device.',
    remedy: "Add <memballoon model='virtio'/> to the domain and start it anew.",
  },
  'no-driver': {
    code: 'no_driver',
    detail:
      'No balloon driver answers in the guest: QEMU would accept a target and nothing would happen.',
    remedy: 'Load virtio_balloon in the guest (on Windows install the virtio drivers).',
  },
} as const satisfies Record<string, TargetRefusal>

/**
 * Whether a balloon target may be sent. Growing needs less than shrinking: fresh statistics and the
 * safe floor matter only when memory is taken away, and `force` overrules only these two.
 *
 * @returns null when it may
 */
export function refuseTarget(
  targetKiB: number,
  force: boolean,
  facts: TargetFacts,
): TargetRefusal | null {
  if (!Number.isSafeInteger(targetKiB) || targetKiB <= 0) {
    return {
      code: 'invalid',
      detail: 'A memory target is a positive whole number of KiB.',
      remedy: 'Give the target in KiB, such as 1048576 for 1 GiB.',
    }
  }
  const blocked = resizeBlocked(facts.state, facts.health)
  if (blocked && blocked !== 'host-offline') return blockedRefusals[blocked]
  if (targetKiB > facts.maximumKiB) {
    return {
      code: 'above_maximum',
      detail: `The target of ${targetKiB} KiB is above the domain's maximum of ${facts.maximumKiB} KiB.`,
      remedy: 'Raise <memory> in the configuration and start the domain anew.',
    }
  }
  if (facts.hostTotalKiB !== null && targetKiB > facts.hostTotalKiB) {
    return {
      code: 'above_host',
      detail: `The target of ${targetKiB} KiB is more than the ${facts.hostTotalKiB} KiB of RAM the host has.`,
      remedy: 'Choose a smaller target, or migrate the domain to a larger host.',
    }
  }
  if (force || (facts.actualKiB !== null && targetKiB >= facts.actualKiB)) return null
  if (facts.health !== 'ok' || facts.floor === null) {
    return {
      code: 'stats_stale',
      detail: 'The guest has sent no fresh statistics, so what it needs is not known.',
      remedy: 'Set a statistics period, wait for the next sample, or force the change.',
    }
  }
  if (targetKiB < facts.floor.floorKiB) {
    return {
      code: 'below_floor',
      detail:
        `The target of ${targetKiB} KiB is below the safe floor of ${facts.floor.floorKiB} KiB ` +
        `(${facts.floor.usedKiB} KiB in use and ${facts.floor.marginKiB} KiB of reserve and margin).`,
      remedy: 'Choose a target above the floor, or force the change.',
    }
  }
  return null
}
