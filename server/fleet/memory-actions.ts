import type { Resize, SetMemoryTargetRequest } from '../contract/memory.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { refuseTarget } from '../memory/target.ts'
import type { Change } from './change.ts'
import type { Clock } from './clock.ts'
import type { HostAgent } from './host-agent.ts'
import type { HostLink } from './host-link.ts'
import { problemOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import { leaveStatsPeriodAlone } from './stats-period.ts'

/** What an action works on. */
export interface Subject {
  agent: HostAgent
  domain: LiveDomain
  clock: Clock
}

/** The open link of a host. @throws ProblemError host_offline with the reason */
export function linkOf(agent: HostAgent): HostLink {
  if (agent.link) return agent.link
  const { failure, record } = agent
  throw new ProblemError('host_offline', {
    host: record.host,
    detail: `Host ${record.name} is not connected${failure ? `: ${failure.message}` : '.'}`,
    remedy: failure?.remedy,
    retryAfterSeconds: 5,
  })
}

/**
 * Sends a balloon target to a running domain and begins to follow it.
 *
 * @throws ProblemError with the named reason; nothing is sent where it is known to be wrong
 */
export async function setMemoryTarget(
  { agent, domain, clock }: Subject,
  request: SetMemoryTargetRequest & { by: string; undoOf?: string },
): Promise<Change<Resize>> {
  const { targetKiB, persist } = request
  const { host, uri } = agent.record
  const flags = persist ? ['--live', '--config'] : ['--live']
  const command = virshLine(uri, 'setmem', domain, String(targetKiB), ...flags)
  const refusal = refuseTarget(targetKiB, request.force, {
    state: domain.state,
    health: domain.healthAt(clock.monotonicMs()),
    actualKiB: domain.stats.actual,
    maximumKiB: domain.maximumKiB,
    floor: domain.memory.floor,
    hostTotalKiB: agent.figures.memory?.totalKiB ?? null,
  })
  if (refusal) {
    const { code, detail, remedy } = refusal
    throw new ProblemError(code, { host, detail, remedy, command })
  }
  const link = linkOf(agent)
  const before = domain.resizes.current
  // Begun before it is sent: the balloon may move before the answer is here.
  const resize = domain.resizes.begin(
    { targetKiB, by: request.by, command, undoOf: request.undoOf ?? null },
    domain.stats.actual ?? domain.balloonKiB ?? domain.maximumKiB,
    { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() },
  )
  domain.version++
  try {
    await link.setMemory(domain.uuid, targetKiB, { live: true, config: persist })
  } catch (error) {
    // After a deadline or a lost connection it may still take place: then it is followed.
    if (isLibvirtError(error)) domain.resizes.revert(resize.id, before)
    domain.version++
    throw problemOf(error, { host, command })
  }
  if (persist) agent.inventory.refresh(domain.uuid)
  const now = domain.resizes.current
  return { result: now?.id === resize.id ? now : resize, command }
}

/** Sets the target back to where it was before the newest change. */
export async function undoMemoryTarget(
  subject: Subject,
  by: string,
): Promise<Change<Resize>> {
  const { agent, domain } = subject
  const undone = domain.resizes.current
  if (!undone) {
    throw new ProblemError('conflict', {
      host: agent.record.host,
      detail: 'There is no change of the memory target to undo.',
    })
  }
  return await setMemoryTarget(subject, {
    targetKiB: undone.fromKiB,
    persist: false,
    force: false,
    by,
    undoOf: undone.id,
  })
}

/** Sets how often the guest is asked for its statistics; from then on Ballast leaves it so. */
export async function setStatsPeriod(
  { agent, domain }: Subject,
  periodSeconds: number,
): Promise<Change<null>> {
  const { host, uri } = agent.record
  const where = { live: domain.active, config: !domain.active }
  const command = virshLine(
    uri,
    'dommemstat',
    domain,
    '--period',
    String(periodSeconds),
    where.live ? '--live' : '--config',
  )
  if (domain.live?.balloonModel === null) {
    throw new ProblemError('no_balloon', {
      host,
      command,
      detail: 'The domain has no memory balloon device, so it has no statistics.',
      remedy: "Add <memballoon model='virtio'/> to the domain and start it anew.",
    })
  }
  try {
    await linkOf(agent).setStatsPeriod(domain.uuid, periodSeconds, where)
  } catch (error) {
    throw problemOf(error, { host, command })
  }
  leaveStatsPeriodAlone(domain)
  domain.statsPeriodSeconds = periodSeconds
  agent.inventory.refresh(domain.uuid)
  return { result: null, command }
}
