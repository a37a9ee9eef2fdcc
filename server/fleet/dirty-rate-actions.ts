import type { MeasureDirtyRateRequest } from '../contract/dirty-rate.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import { finePagesPerGiB, modesOf } from '../dirty-rate/sampling.ts'
import type { Change } from './change.ts'
import { EmulatedDomainError } from './dirty-rate-runner.ts'
import { messageOf, problemOf } from './link-error.ts'
import { linkOf } from './memory-actions.ts'
import type { Subject } from './memory-actions.ts'

/** Windows that may wait for one domain. */
const mostAsked = 10

/**
 * Begins measurements of a running domain, one after the other. Answers when the first has begun; the
 * results come over the topic.
 *
 * @throws ProblemError with the reason: not running, a job, a mode that the domain does not have
 */
export async function measureDirtyRate(
  { agent, domain }: Subject,
  { mode, seconds }: MeasureDirtyRateRequest,
): Promise<Change<null>> {
  const { host } = agent.record
  const log = domain.dirtyRate
  const command = commandFor(agent.record.uri, domain, { mode, seconds, fine: log.fine })
  linkOf(agent)
  if (domain.state !== 'running') {
    throw new ProblemError('not_running', {
      host,
      command,
      detail: 'Only a running domain writes to its memory.',
    })
  }
  const offer = modesOf(domain.live?.virtType ?? '', {}).find((one) => one.mode === mode)
  if (offer?.reason === 'emulated') throw emulated(host)
  if (log.asked.length + seconds.length > mostAsked) {
    throw new ProblemError('conflict', {
      host,
      detail: 'Several measurements of this domain wait already.',
      remedy: 'Wait until they have ended.',
    })
  }
  try {
    await agent.dirtyRates.ask(domain, mode, seconds)
  } catch (error) {
    if (error instanceof EmulatedDomainError) throw emulated(host)
    if (log.job) {
      throw new ProblemError('conflict', {
        host,
        command,
        detail: 'A migration or another job has the domain: it is not measured meanwhile.',
        remedy: 'Repeat it when the job has ended.',
        cause: error,
      })
    }
    throw qmpProblem(error, host, command) ?? problemOf(error, { host, command })
  }
  return { result: null, command }
}

/** From now on, until the domain stops, sampled finely by QMP or in QEMU's own way. */
export function setDirtyRateSampling(
  { agent, domain }: Subject,
  fine: boolean,
): Change<null> {
  linkOf(agent)
  if (domain.state !== 'running') {
    throw new ProblemError('not_running', {
      host: agent.record.host,
      detail: 'Only a running domain is measured.',
    })
  }
  domain.dirtyRate.fine = fine
  const { uri } = agent.record
  const asked = { mode: 'page-sampling' as const, seconds: [1], fine }
  return { result: null, command: fine ? commandFor(uri, domain, asked) : null }
}

/** dirty-bitmap is not even shown as a command: whoever pasted it would end the guest. */
function emulated(host: string): ProblemError {
  return new ProblemError('invalid', {
    host,
    detail:
      'dirty-bitmap needs KVM. On an emulated domain it ends QEMU and the guest with it, so it is not sent.',
    remedy: 'Use page-sampling.',
    issues: [{ path: 'mode', message: 'needs a domain of type kvm' }],
  })
}

function qmpProblem(error: unknown, host: string, command: string): ProblemError | null {
  const isQmp = error instanceof Error && 'code' in error && error.code === 'qmp'
  if (!isQmp) return null
  return new ProblemError('libvirt', {
    host,
    command,
    detail: messageOf(error),
    cause: error,
  })
}

function commandFor(
  uri: string,
  domain: { name: string; uuid: string },
  asked: MeasureDirtyRateRequest & { fine: boolean },
): string {
  const lines = asked.seconds.map((seconds) => {
    if (asked.fine && asked.mode === 'page-sampling') {
      const qmp = {
        execute: 'calc-dirty-rate',
        arguments: { 'calc-time': seconds, 'sample-pages': finePagesPerGiB },
      }
      return virshLine(uri, 'qemu-monitor-command', domain, JSON.stringify(qmp))
    }
    const options = ['--seconds', String(seconds), `--mode=${asked.mode}`]
    return virshLine(uri, 'domdirtyrate-calc', domain, ...options)
  })
  return lines.reduce(
    (all, line, at) => `${all} && sleep ${asked.seconds[at - 1]} && ${line}`,
  )
}
