import type { BlockedReason, DomainAction } from '../contract/domain.ts'
import { domainActionBlocked } from '../contract/domain.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import type { Change } from './change.ts'
import { problemOf } from './link-error.ts'
import type { Subject } from './memory-actions.ts'
import { linkOf } from './memory-actions.ts'

const blockedWords: Record<BlockedReason, string> = {
  alreadyRunning: 'it is running already',
  notRunning: 'it is not running',
  paused: 'it is paused; resume it first',
  notPaused: 'it is not paused',
  alreadyShuttingDown: 'it is shutting down already',
  asleep: 'it is asleep; wake it first',
  hostOffline: 'its host is not connected',
  role: 'your role does not allow it',
}

/**
 * Carries out one lifecycle action. What it leads to comes back as an event.
 *
 * @throws ProblemError not_allowed_in_state where libvirt would refuse, before anything is sent
 */
export async function actOnDomain(
  { agent, domain }: Subject,
  action: DomainAction,
): Promise<Change<null>> {
  const { host, uri } = agent.record
  const command = virshLine(uri, action, domain)
  const link = linkOf(agent)
  const blocked = domainActionBlocked(action, domain.state)
  if (blocked) {
    throw new ProblemError('not_allowed_in_state', {
      host,
      command,
      detail: `Domain ${domain.name} cannot do “${action}”: ${blockedWords[blocked]}.`,
    })
  }
  try {
    await link.act(domain.uuid, action)
  } catch (error) {
    throw problemOf(error, { host, command })
  }
  return { result: null, command }
}
