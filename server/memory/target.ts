import type { BalloonHealth, DomainState } from '../contract/domain.ts'
import { domainIsActive } from '../contract/domain.ts'
import type { MemoryDetail, SafeFloor, SetMemoryTargetRequest } from '../contract/memory.ts'
import type { MemoryWarning } from '../contract/overcommit.ts'
import type { ProblemCode } from '../contract/problem.ts'

export interface TargetFacts {
  state: DomainState
  health: BalloonHealth
  actualKiB: number | null
  maximumKiB: number
  /** `<memory>` of the persistent config; null = transient, or not read yet. */
  configMaximumKiB: number | null
  persistent: boolean
  floor: SafeFloor | null
  /** RAM of the host; null = not known. */
  hostTotalKiB: number | null
  /** More than is free on the host now; null = it has that much. */
  hostShort: Pick<MemoryWarning, 'needKiB' | 'haveKiB'> | null
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

const notAnAmount: TargetRefusal = {
  code: 'invalid',
  detail: 'A memory target is a positive whole number of KiB.',
  remedy: 'Give the target in KiB, such as 1048576 for 1 GiB.',
}

function hostIsShort({ needKiB, haveKiB }: NonNullable<TargetFacts['hostShort']>) {
  return {
    code: 'host_short',
    detail: `The guest may take ${needKiB} KiB more, and the host has only ${haveKiB} KiB free or in its page cache: it would swap.`,
    remedy: 'Free memory on the host first, grow by less, or force the change.',
  } as const
}

const inhibited: TargetRefusal = {
  code: 'balloon_inhibited',
  detail:
    'The guest would have less and the host no more: QEMU keeps all pages of this domain (a device passed through, locked memory, huge pages, or a post-copy migration).',
  remedy:
    'Give the domain no such device, or force the change if only the guest is to have less.',
}

const transient: TargetRefusal = {
  code: 'conflict',
  detail:
    'The domain is transient: it has no configuration that would hold until a next start.',
  remedy: 'Change it while it runs, or define it first (virsh define).',
}

function refuseConfig(targetKiB: number, facts: TargetFacts): TargetRefusal | null {
  if (!facts.persistent) return transient
  const maximumKiB = facts.configMaximumKiB ?? facts.maximumKiB
  if (targetKiB <= maximumKiB) return null
  return {
    code: 'above_maximum',
    detail: `The target of ${targetKiB} KiB is above the ${maximumKiB} KiB that the configuration allows.`,
    remedy: 'Raise the maximum in the configuration first (virsh setmaxmem --config).',
  }
}

/** Whether a domain may be configured to have so much from its next start on; null = it may. */
export function refuseMaximum(
  maximumKiB: number,
  facts: Pick<TargetFacts, 'persistent' | 'hostTotalKiB'>,
): TargetRefusal | null {
  if (!Number.isSafeInteger(maximumKiB) || maximumKiB <= 0) return notAnAmount
  if (!facts.persistent) return transient
  return aboveHost(maximumKiB, facts.hostTotalKiB)
}

function aboveHost(targetKiB: number, hostTotalKiB: number | null): TargetRefusal | null {
  if (hostTotalKiB === null || targetKiB <= hostTotalKiB) return null
  return {
    code: 'above_host',
    detail: `${targetKiB} KiB is more than the ${hostTotalKiB} KiB of RAM the host has.`,
    remedy: 'Choose a smaller target, or migrate the domain to a larger host.',
  }
}

/**
 * Whether a balloon target may be sent, or written into the config. Growing needs less than
 * shrinking: fresh statistics and the safe floor matter only when memory is taken away, what the host
 * has free only when it is given; `force` overrules only these three.
 *
 * @returns null when it may
 */
export function refuseTarget(
  { targetKiB, affects, force }: SetMemoryTargetRequest,
  facts: TargetFacts,
): TargetRefusal | null {
  if (!Number.isSafeInteger(targetKiB) || targetKiB <= 0) return notAnAmount
  if (affects !== 'live') {
    const refusal = refuseConfig(targetKiB, facts)
    if (refusal || affects === 'config') return refusal
  }
  const blocked = resizeBlocked(facts.state, facts.health)
  if (blocked && blocked !== 'host-offline') return blockedRefusals[blocked]
  if (targetKiB > facts.maximumKiB) {
    return {
      code: 'above_maximum',
      detail: `The target of ${targetKiB} KiB is above the domain's maximum of ${facts.maximumKiB} KiB.`,
      remedy:
        'Raise the maximum in the configuration (virsh setmaxmem --config) and start the domain anew.',
    }
  }
  const tooMuch = aboveHost(targetKiB, facts.hostTotalKiB)
  if (tooMuch) return tooMuch
  if (force) return null
  if (facts.actualKiB !== null && targetKiB >= facts.actualKiB) {
    return facts.hostShort ? hostIsShort(facts.hostShort) : null
  }
  if (facts.health === 'inhibited') return inhibited
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
