import { z } from 'zod'

import { role } from '../contract/account.ts'
import { evacuationOptions, evacuationRow } from '../contract/evacuation.ts'
import type { StartEvacuationRequest } from '../contract/evacuation.ts'
import { hostSlug } from '../contract/host.ts'
import { jobId } from '../contract/job.ts'
import type { EvacuationsOptions } from './evacuations.ts'

const order = z.object({
  host: hostSlug.nullable(),
  options: evacuationOptions,
  by: z.string(),
  role,
})
/** Who asked for what; each move is begun in this name. */
export type EvacuationOrder = z.infer<typeof order>

const keptRow = evacuationRow.extend({
  memoryKiB: z.number(),
  /** The part that a restart cut last; null = none was cut. */
  cutJob: jobId.nullable().default(null),
})
/** A line of the page, what the guest takes along, and what was counted of it. */
export type KeptRow = z.infer<typeof keptRow>

const kept = z.object({
  order,
  rows: z.array(keptRow),
  paused: z.boolean(),
  /** It was cancelled: nothing more is to begin. */
  stopped: z.boolean(),
})
/** All that an evacuation is, as a restart of Ballast finds it again. */
export type KeptEvacuation = z.infer<typeof kept>

/** What the store gave back; null when it is nothing to go on with. */
export function keptEvacuation(remembered: unknown): KeptEvacuation | null {
  return kept.safeParse(remembered).data ?? null
}

/** The lines of a plan before anything has begun. @throws ProblemError not_found */
export function rowsOf(
  moves: StartEvacuationRequest['moves'],
  domainOf: EvacuationsOptions['domainOf'],
): KeptRow[] {
  return moves.map(({ host, uuid, target }) => {
    const { name, memoryKiB } = domainOf(host, uuid)
    return {
      host,
      uuid,
      name,
      memoryKiB,
      target,
      targetName: target,
      state: 'waiting',
      job: null,
      totalMs: null,
      error: null,
      cuts: 0,
      cutJob: null,
    }
  })
}
