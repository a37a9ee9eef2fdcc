import type { DomainState } from '../contract/domain.ts'
import { domainState, stateReason } from '../libvirt/states.ts'
import type { DomainState as LibvirtState } from '../libvirt/states.ts'
import type { StateFacts } from './host-link.ts'

/** libvirt's states as the contract names them; `blocked` is running to every tool. */
const states: Record<LibvirtState, DomainState> = {
  none: 'running',
  running: 'running',
  blocked: 'running',
  paused: 'paused',
  shutdown: 'shutting-down',
  shutoff: 'shut-off',
  crashed: 'crashed',
  pmsuspended: 'pm-suspended',
}

/** @param state virDomainState and its reason, by number */
export function stateFactsOf(state: number, reason: number): StateFacts {
  const name = domainState(state)
  return { state: states[name], reason: stateReason(name, reason) }
}

/** @param state in libvirt's words */
export function stateFactsFromWords(state: LibvirtState, reason: string): StateFacts {
  return { state: states[state], reason }
}

/** Which state a lifecycle event leads to; null = it says nothing about the state. */
export const stateAfterEvent: Record<string, DomainState | null> = {
  defined: null,
  undefined: null,
  started: 'running',
  suspended: 'paused',
  resumed: 'running',
  stopped: 'shut-off',
  shutdown: 'shutting-down',
  pmsuspended: 'pm-suspended',
  crashed: 'crashed',
}
