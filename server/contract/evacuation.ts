import { z } from 'zod'

import { domainUuid } from './domain.ts'
import { forecastVerdict } from './forecast.ts'
import { hostSlug } from './host.ts'
import { jobId, jobSummary } from './job.ts'
import { preflightFinding, preflightLevel } from './preflight.ts'

const ms = z.number().nonnegative().nullable()

/** Where one domain of a plan goes, in the order of the plan. */
export const plannedMove = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  memoryKiB: z.number(),
  target: hostSlug.nullable().describe('null = it has nowhere to go, and stays'),
  targetName: z.string().nullable(),
  level: preflightLevel.describe('of the target; error when there is none'),
  findings: z
    .array(preflightFinding)
    .describe('what is not ok there, or why no host takes it'),
  verdict: forecastVerdict.nullable().describe('null = nothing to forecast'),
  totalMs: ms,
  pauseMs: ms,
})
export type PlannedMove = z.infer<typeof plannedMove>

/** How the moves of a plan are made. */
export const evacuationOptions = z.strictObject({
  parallel: z.number().int().min(1).max(8).default(2),
  bandwidthMiBps: z.number().int().min(1).max(1_000_000).nullable().default(null),
  autoConverge: z.boolean().default(true),
  postCopy: z
    .boolean()
    .default(false)
    .describe('after the first pass, for those that would not converge'),
})
export type EvacuationOptions = z.infer<typeof evacuationOptions>

export const evacuationPlan = z.object({
  moves: z.array(plannedMove),
  totalMs: ms.describe('of all moves, as many at the same time as asked for'),
  left: z.number().int().describe('domains with nowhere to go'),
})
export type EvacuationPlan = z.infer<typeof evacuationPlan>

export const startEvacuationRequest = z.strictObject({
  host: hostSlug.nullable().describe('which is emptied; null = a selection'),
  moves: z
    .array(z.strictObject({ host: hostSlug, uuid: domainUuid, target: hostSlug }))
    .min(1)
    .max(500),
  options: evacuationOptions,
})
export type StartEvacuationRequest = z.infer<typeof startEvacuationRequest>
export const startEvacuationResponse = z.object({ job: jobSummary })

export const pauseEvacuationRequest = z.strictObject({ paused: z.boolean() })
export const evacuationId = z.strictObject({ id: jobId })

/** One line of the job's page. */
export const evacuationRow = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  target: hostSlug,
  targetName: z.string(),
  state: z.enum(['waiting', 'moving', 'moved', 'failed', 'cancelled', 'interrupted']),
  job: jobId.nullable(),
  totalMs: ms.describe('as forecast'),
  error: z.string().nullable(),
  cuts: z.number().int().default(0).describe('times that a restart of Ballast cut it'),
})

export const evacuationDetail = z.object({
  host: hostSlug.nullable(),
  paused: z.boolean(),
  parallel: z.number().int(),
  totalMs: ms,
  rows: z.array(evacuationRow).max(500),
})
export type EvacuationDetail = z.infer<typeof evacuationDetail>
