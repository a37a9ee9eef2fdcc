import { setmemFlags } from '../contract/memory.ts'
import type {
  ConfigChange,
  Resize,
  SetMemoryMaximumRequest,
  SetMemoryTargetRequest,
} from '../contract/memory.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { memoryWarnings } from '../memory/overcommit.ts'
import { toleranceKiB } from '../memory/resize.ts'
import { refuseMaximum, refuseTarget } from '../memory/target.ts'
import type { Change } from './change.ts'
import type { Clock } from './clock.ts'
import type { HostAgent } from './host-agent.ts'
import type { HostLink } from './host-link.ts'
import { claimOf, claimsOf, roomOf } from './host-room.ts'
import { problemOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import { carryOutShrink } from './shrink.ts'
import type { ShrinkHooks } from './shrink.ts'
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

/** What is asked of a balloon, and by whom. */
export type TargetRequest = SetMemoryTargetRequest & { by: string; undoOf?: string }

/** A shrink in steps that has begun. It goes on only when `carryOut` is called. */
export interface BegunShrink {
  resize: Resize
  command: string
  /** See carryOutShrink. */
  carryOut(hooks?: ShrinkHooks): Promise<Resize>
  /** As if it had never begun: for when it cannot be carried out after all. */
  abandon(): void
}

/**
 * Begins a shrink in steps: checks it, and notes it as the domain's newest change.
 *
 * @returns null when the request is none: it grows, goes at once, or changes only the config; then it
 *   is for setMemoryTarget
 * @throws ProblemError with the named reason; nothing was begun then
 */
export function beginShrink(subject: Subject, request: TargetRequest): BegunShrink | null {
  const { agent, domain } = subject
  const { targetKiB, affects, pace } = request
  const { actual } = domain.stats
  const shrinks = actual !== null && targetKiB < actual - toleranceKiB
  if (!shrinks || pace !== 'steps' || affects === 'config') return null
  const command = setmemLine(subject, request)
  refuse(subject, request, command)
  linkOf(agent)
  const before = domain.resizes.current
  const resize = begin(subject, request, command, 'steps')
  const abandon = () => {
    domain.resizes.revert(resize.id, before)
    domain.version++
  }
  const carryOut = async (hooks?: ShrinkHooks) => {
    const ended = await carryOutShrink(subject, resize, hooks)
    // The next start gets what this one could really give.
    if (affects === 'both' && ended.status === 'reached') {
      await writeConfig(subject, targetKiB, command)
    }
    return ended
  }
  return { resize, command, carryOut, abandon }
}

/**
 * Sends a target to a running domain at once and begins to follow it; or, where only the config is
 * meant, writes it there.
 *
 * @returns null as result when only the config was changed
 * @throws ProblemError with the named reason; nothing is sent where it is known to be wrong
 */
export async function setMemoryTarget(
  subject: Subject,
  request: TargetRequest,
): Promise<Change<Resize | null>> {
  const { agent, domain, clock } = subject
  const { targetKiB, affects } = request
  const { host } = agent.record
  const command = setmemLine(subject, request)
  refuse(subject, request, command)
  if (affects === 'config') {
    const fromKiB = domain.config?.currentKiB
    await writeConfig(subject, targetKiB, command)
    if (fromKiB !== undefined && fromKiB !== targetKiB) {
      const atMs = clock.wallMs()
      const { by } = request
      domain.resizes.configured({ fromKiB, toKiB: targetKiB, atMs, by, command })
    }
    return { result: null, command }
  }
  const link = linkOf(agent)
  const before = domain.resizes.current
  // Begun before it is sent: the balloon may move before the answer is here.
  const resize = begin(subject, request, command, 'at-once')
  try {
    const where = { live: true, config: affects === 'both' }
    await link.setMemory(domain.uuid, targetKiB, where)
  } catch (error) {
    // After a deadline or a lost connection it may still take place: then it is followed.
    if (isLibvirtError(error)) domain.resizes.revert(resize.id, before)
    domain.version++
    throw problemOf(error, { host, command })
  }
  if (affects === 'both') agent.inventory.refresh(domain.uuid)
  const now = domain.resizes.current
  return { result: now?.id === resize.id ? now : resize, command }
}

/** What sets the target back to where it was before the newest change, config and all. */
export function undoRequest({ agent, domain }: Subject, by: string): TargetRequest {
  const undone = domain.resizes.current
  if (!undone) {
    throw new ProblemError('conflict', {
      host: agent.record.host,
      detail: 'There is no change of the memory target to undo.',
    })
  }
  const grows = undone.fromKiB > (domain.stats.actual ?? 0)
  return {
    targetKiB: undone.fromKiB,
    affects: 'live',
    pace: 'steps',
    // The guest had it before: what the host may be short of is not asked again.
    force: grows,
    by,
    undoOf: undone.id,
  }
}

/** The newest change of the config alone, for as long as the config is what it made of it. */
export function configChangeOf({ config, resizes }: LiveDomain): ConfigChange | null {
  const change = resizes.configChange
  return change && config?.currentKiB === change.toKiB ? change : null
}

/** What sets the config back to what it said before the newest change of it alone. */
export function undoConfigRequest({ agent, domain }: Subject, by: string): TargetRequest {
  const undone = configChangeOf(domain)
  if (!undone) {
    throw new ProblemError('conflict', {
      host: agent.record.host,
      detail: 'There is no change of the configuration to undo, or it was changed since.',
    })
  }
  const { fromKiB: targetKiB } = undone
  return { targetKiB, affects: 'config', pace: 'at-once', force: false, by }
}

/** The config as it was before the change that is undone; nothing where that left it alone. */
export async function undoConfig(subject: Subject, undone: Resize): Promise<void> {
  const { configFromKiB } = undone
  const { config } = subject.domain
  if (configFromKiB === null || !config || config.currentKiB === configFromKiB) return
  const { uri } = subject.agent.record
  const flags = [String(configFromKiB), '--config']
  await writeConfig(
    subject,
    configFromKiB,
    virshLine(uri, 'setmem', subject.domain, ...flags),
  )
}

/**
 * Raises (or lowers) what the domain may have, from its next start on, and what it starts with.
 *
 * @throws ProblemError invalid, above_host, or libvirt's refusal
 */
export async function setMaximum(
  { agent, domain }: Subject,
  { maximumKiB, startWithMaximum }: SetMemoryMaximumRequest,
): Promise<Change<null>> {
  const { host, uri } = agent.record
  const size = String(maximumKiB)
  const lines = [virshLine(uri, 'setmaxmem', domain, size, '--config')]
  if (startWithMaximum) lines.push(virshLine(uri, 'setmem', domain, size, '--config'))
  const command = lines.join(' && ')
  const refusal = refuseMaximum(maximumKiB, {
    persistent: domain.persistent,
    hostTotalKiB: agent.figures.memory?.totalKiB ?? null,
  })
  if (refusal) {
    const { code, detail, remedy } = refusal
    throw new ProblemError(code, { host, detail, remedy, command })
  }
  const link = linkOf(agent)
  try {
    await link.setMaximumMemory(domain.uuid, maximumKiB)
    if (startWithMaximum) {
      await link.setMemory(domain.uuid, maximumKiB, { live: false, config: true })
    }
  } catch (error) {
    throw problemOf(error, { host, command })
  } finally {
    agent.inventory.refresh(domain.uuid)
  }
  return { result: null, command }
}

function begin(
  { domain, clock }: Subject,
  request: TargetRequest,
  command: string,
  pace: Resize['pace'],
): Resize {
  const { targetKiB, by, undoOf, affects } = request
  const configFromKiB = affects === 'both' ? (domain.config?.currentKiB ?? null) : null
  const resize = domain.resizes.begin(
    { targetKiB, by, command, undoOf: undoOf ?? null, pace, configFromKiB },
    domain.stats.actual ?? domain.balloonKiB ?? domain.maximumKiB,
    { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() },
  )
  domain.version++
  return resize
}

async function writeConfig(
  { agent, domain }: Subject,
  targetKiB: number,
  command: string,
): Promise<void> {
  try {
    const where = { live: false, config: true }
    await linkOf(agent).setMemory(domain.uuid, targetKiB, where)
  } catch (error) {
    throw problemOf(error, { host: agent.record.host, command })
  }
  agent.inventory.refresh(domain.uuid)
}

/** The virsh line that does the same. */
function setmemLine({ agent, domain }: Subject, request: TargetRequest): string {
  const flags = setmemFlags(request.affects)
  return virshLine(agent.record.uri, 'setmem', domain, String(request.targetKiB), ...flags)
}

/** @throws ProblemError with the named reason why this target may not be sent */
function refuse(
  { agent, domain, clock }: Subject,
  request: TargetRequest,
  command: string,
): void {
  const refusal = refuseTarget(request, {
    state: domain.state,
    health: domain.healthAt(clock.monotonicMs()),
    actualKiB: domain.stats.actual,
    maximumKiB: domain.maximumKiB,
    configMaximumKiB: domain.config?.maximumKiB ?? null,
    persistent: domain.persistent,
    floor: domain.memory.floor,
    hostTotalKiB: agent.figures.memory?.totalKiB ?? null,
    hostShort: hostShortFor(agent, domain, request.targetKiB),
  })
  if (!refusal) return
  const { code, detail, remedy } = refusal
  throw new ProblemError(code, { host: agent.record.host, detail, remedy, command })
}

/** What the host would be short of if this balloon grew to `targetKiB`; null = it has that much. */
function hostShortFor(agent: HostAgent, domain: LiveDomain, targetKiB: number) {
  const room = roomOf(agent)
  if (!room || targetKiB <= (domain.stats.actual ?? Infinity)) return null
  const change = { ...claimOf(domain), balloonKiB: targetKiB }
  const warnings = memoryWarnings(room, claimsOf(agent), change)
  return warnings.find(({ kind }) => kind === 'over-free') ?? null
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
