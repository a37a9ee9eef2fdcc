import { ProblemError } from '../contract/problem.ts'
import { MoveFailed } from './direct.ts'
import type { MoveRecord } from './move-record.ts'
import type { Ends } from './settle.ts'

/**
 * Looks for what is known to be wrong before anything is sent, and notes in the record what must be
 * known afterwards.
 *
 * @throws ProblemError not_found, conflict, not_allowed_in_state; MoveFailed with what libvirt said
 */
export async function checkStart(record: MoveRecord, ends: Ends): Promise<void> {
  const { uuid, name, source, target, options } = record.order
  const from = await ends.source()
  const here = await from.domain(uuid)
  if (!here) {
    throw new ProblemError('not_found', {
      host: source.host,
      detail: `Host ${source.name} does not know domain ${name} any more.`,
    })
  }
  const to = await ends.target()
  const there = await to.domain(uuid)
  const off = here.state === 'shutoff' || here.state === 'crashed'
  if (off !== options.offline) {
    throw new ProblemError('not_allowed_in_state', {
      host: source.host,
      detail: off
        ? `Domain ${name} is shut off: only its definition can be moved (offline).`
        : `Domain ${name} runs: an offline move is for one that is shut off.`,
    })
  }
  if (there && there.state !== 'shutoff' && there.state !== 'crashed') {
    throw new ProblemError('conflict', {
      host: target.host,
      detail: `A domain with the same uuid runs on ${target.name} already.`,
    })
  }
  const arrivesAs = options.destinationName ?? name
  const namesake = await to.uuidOf(arrivesAs)
  if (namesake !== null && namesake !== uuid) {
    throw new ProblemError('conflict', {
      host: target.host,
      detail: `Another domain on ${target.name} is named ${arrivesAs}.`,
      remedy: 'Give it another name on the target, or rename one of the two.',
    })
  }
  record.facts = {
    wasPaused: here.state === 'paused',
    offline: off,
    direct: options.way === 'direct',
    undefineSource: options.undefineSource,
    persistent: options.persistent,
    targetKnewIt: there?.persistent === true,
  }
  if (off) return
  record.life = { ...record.life, agent: (await from.agentAnswers(uuid)) === true }
  if (options.maxDowntimeMs !== null) {
    await from.setMaxDowntime(uuid, options.maxDowntimeMs).catch((error: unknown) => {
      throw new MoveFailed('begin', error)
    })
  }
  const limits = await from.limits(uuid)
  record.limits = {
    maxDowntimeMs: options.maxDowntimeMs ?? limits.maxDowntimeMs,
    maxSpeedMiBps: options.bandwidthMiBps ?? limits.maxSpeedMiBps,
  }
}
