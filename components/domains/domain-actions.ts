import {
  type BlockedReason,
  type DomainAction,
  domainAction,
  domainActionBlocked,
  type DomainState,
} from '../../server/contract/domain.ts'

/** What the person is asked before: nothing, whether they mean it, or that the guest may lose data. */
const questions: Record<DomainAction, 'none' | 'sure' | 'danger'> = {
  start: 'none',
  shutdown: 'sure',
  reboot: 'sure',
  reset: 'danger',
  destroy: 'danger',
  suspend: 'none',
  resume: 'none',
}

export interface ActionEntry {
  action: DomainAction
  blocked: BlockedReason | null
  question: 'none' | 'sure' | 'danger'
}

/**
 * All seven lifecycle actions in their order, each with the reason why it is not possible now. What
 * lasts longest comes first: a role does not change by starting a domain.
 */
export function lifecycleActions(domain: {
  state: DomainState
  hostOffline: boolean
  mayOperate: boolean
}): ActionEntry[] {
  return domainAction.options.map((action) => ({
    action,
    question: questions[action],
    blocked: domain.mayOperate
      ? domain.hostOffline
        ? 'hostOffline'
        : domainActionBlocked(action, domain.state)
      : 'role',
  }))
}
