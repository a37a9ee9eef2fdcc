import type { MigrationControl, MigrationDetail } from '../contract/migration.ts'
import { ProblemError } from '../contract/problem.ts'
import { causeWords } from './cause.ts'
import { controlLine, controlValue } from './controls.ts'
import type { MoveEnd } from './move-end.ts'
import { commandOf } from './move-order.ts'
import type { MoveRecord } from './move-record.ts'

/**
 * Does what a person asked of a move that runs, and writes down that it was asked. `resume` only wakes
 * who waits for it.
 *
 * @returns the same as a virsh line; null = virsh has none
 * @throws ProblemError not_allowed_in_state, or what libvirt said
 */
export async function steer(
  record: MoveRecord,
  source: MoveEnd | null,
  { request, by, resume }: { request: MigrationControl; by: string; resume: () => void },
): Promise<string | null> {
  const { order } = record
  const command =
    request.control === 'resume'
      ? commandOf(order, true)
      : controlLine(request, order.source.uri, order)
  const blocked = record.detail.controls[request.control] ?? null
  if (blocked || !source) {
    throw new ProblemError('not_allowed_in_state', {
      host: order.source.host,
      command: command ?? undefined,
      detail: refused[blocked ?? 'host-offline'],
    })
  }
  const entry: MigrationDetail['steering'][number] = {
    atMs: Date.now(),
    by,
    control: request.control,
    value: controlValue(request),
    command,
    error: null,
  }
  try {
    await send(record, source, request)
    if (request.control === 'resume') resume()
  } catch (error) {
    entry.error = causeWords(error)
    throw error
  } finally {
    record.steered(entry)
  }
  return command
}

async function send(
  record: MoveRecord,
  source: MoveEnd,
  request: MigrationControl,
): Promise<void> {
  const { uuid } = record.order
  switch (request.control) {
    case 'bandwidth':
      await source.setMaxSpeed(uuid, request.mibPerSecond, request.postCopy)
      if (!request.postCopy) {
        record.limits = { ...record.limits, maxSpeedMiBps: request.mibPerSecond }
      }
      return
    case 'downtime':
      await source.setMaxDowntime(uuid, request.ms)
      record.limits = { ...record.limits, maxDowntimeMs: request.ms }
      return
    case 'throttle':
      return await source.setThrottle(uuid, request.incrementPercent, request.maxPercent)
    case 'post-copy':
      return await source.startPostCopy(uuid)
    case 'abort':
      return await source.abortJob(uuid)
    case 'resume':
      return
  }
}

const refused = {
  'not-running': 'The move does not send memory now.',
  'not-asked-for': 'This had to be asked for when the move was started.',
  'no-way-back':
    'The guest runs on the target while its memory follows: there is no way back.',
  'not-failed': 'There is nothing to resume.',
  'host-offline': 'The source host does not answer now.',
} as const
