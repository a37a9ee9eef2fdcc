import { z } from 'zod'

import { domainUuid } from '../domain.ts'
import { hostSlug } from '../host.ts'
import { resizeCause } from '../memory.ts'
import { reclaimWhy } from '../reclaim.ts'
import { jobKindSpec } from './job-kind.ts'

const kib = z.number().int().nonnegative()

/**
 * - `waiting`: its stage has not begun
 * - `giving`, `going-back`: its balloon moves
 * - `gave`: it gave what was planned
 * - `stopped`: it gave less, for `cause`
 * - `skipped`: not touched, for `why`, or because the plan stopped before its stage
 * - `failed`: the host refused; `reason` says what it said
 * - `back`: it has what it had before (undo)
 */
export const reclaimedState = z.enum([
  'waiting',
  'giving',
  'going-back',
  'gave',
  'stopped',
  'skipped',
  'failed',
  'back',
])
export type ReclaimedState = z.infer<typeof reclaimedState>

/** One domain of a reclaim, as far as it is. */
export const reclaimedDomain = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  stage: z.number().int(),
  fromKiB: kib,
  targetKiB: kib,
  actualKiB: kib.nullable(),
  state: reclaimedState,
  cause: z
    .union([resizeCause, z.enum(['superseded', 'cancelled', 'interrupted'])])
    .nullable(),
  why: z.union([reclaimWhy, z.enum(['plan-stopped', 'changed-since'])]).nullable(),
  reason: z.string().nullable(),
  resizeId: z.string().nullable(),
})
export type ReclaimedDomain = z.infer<typeof reclaimedDomain>

export const reclaimDetail = z.object({
  wantedKiB: kib,
  plannedKiB: kib,
  givenKiB: kib,
  /** The first guest whose pressure stopped the stages after its own. */
  stoppedBy: z.string().nullable(),
  domains: z.array(reclaimedDomain),
})
export type ReclaimDetail = z.infer<typeof reclaimDetail>

/** Memory is taken back from domains of a host by a plan. */
export const reclaimJob = jobKindSpec({
  title: z.object({ host: z.string(), count: z.number() }),
  steps: ['plan', 'shrink'],
  detail: reclaimDetail,
  result: z.object({ givenKiB: kib, stoppedBy: z.string().nullable() }),
  series: ['givenBytes'],
})

/** All domains of a reclaim get back what they had. */
export const reclaimUndoJob = jobKindSpec({
  title: z.object({ job: z.string(), count: z.number() }),
  steps: ['restore'],
  detail: reclaimDetail,
  result: z.object({ restored: z.number().int() }),
  series: [],
})
