import { z } from 'zod'

import { domainState, domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'

/** More than any machine has; keeps sums of it exact. KiB (4 PiB). */
const mostKiB = 2 ** 42

/** Which domains may be asked for memory: all of one host, or those that somebody selected. */
export const reclaimRequest = z
  .strictObject({
    wantedKiB: z.number().int().positive().max(mostKiB),
    host: hostSlug.optional().describe('all domains of this host'),
    domains: z
      .array(z.strictObject({ host: hostSlug, uuid: domainUuid }))
      .min(1)
      .max(2000)
      .optional()
      .describe('only these, of one host or of several'),
  })
  .refine(({ host, domains }) => (host === undefined) !== (domains === undefined), {
    message: 'Name either a host or domains',
  })
export type ReclaimRequest = z.infer<typeof reclaimRequest>

/** Why a domain gives nothing, or no more than it does; keys of the catalogue `reclaim.why.*`. */
export const reclaimWhy = z.enum([
  'host-offline',
  'not-running',
  'paused',
  'no-device',
  'no-driver',
  'inhibited',
  'frozen',
  'stats-off',
  'stale',
  'unknown',
  'busy',
  'resizing',
  'exempt',
  'pressure',
  'at-floor',
  'at-minimum',
  'not-needed',
])
export type ReclaimWhy = z.infer<typeof reclaimWhy>

const kib = z.number().int().nonnegative()

/** What one domain gives in a plan. All KiB. */
export const reclaimDomain = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  state: domainState,
  nowKiB: kib.nullable().describe('the balloon'),
  usedKiB: kib.nullable(),
  floorKiB: kib.nullable().describe('the safe floor'),
  minimumKiB: kib.nullable().describe('what somebody set as the least'),
  shares: z.number().int().describe('twice the shares: half as much is taken; 0 = never'),
  pressure: z.number().nullable().describe('0 (none) to 100'),
  spareKiB: kib.describe('what it could give at most'),
  givesKiB: kib,
  afterKiB: kib.nullable(),
  freesKiB: kib.describe(
    'what of that the host surely has back: the rest the guest never touched',
  ),
  stage: z.number().int().nullable().describe('1 is first; null = gives nothing'),
  why: reclaimWhy.nullable().describe('why not, or not more'),
})
export type ReclaimDomain = z.infer<typeof reclaimDomain>

export const reclaimHost = z.object({
  host: hostSlug,
  name: z.string(),
  totalKiB: kib.nullable(),
  availableKiB: kib.nullable().describe('free, buffers and page cache'),
  givesKiB: kib,
})
export type ReclaimHost = z.infer<typeof reclaimHost>

/** What would happen; nothing has yet. */
export const reclaimPlan = z.object({
  madeMs: z.number(),
  wantedKiB: kib,
  givesKiB: kib,
  freesKiB: kib,
  shortKiB: kib.describe('wanted, but nobody can give it without swapping'),
  shortBecause: z
    .array(
      z.object({
        why: reclaimWhy,
        domains: z.number().int(),
        heldKiB: kib.describe('what these domains have'),
      }),
    )
    .describe('where it is held back, the largest first; empty when nothing is short'),
  hosts: z.array(reclaimHost),
  domains: z.array(reclaimDomain).describe('in the order in which they give'),
})
export type ReclaimPlan = z.infer<typeof reclaimPlan>

/** The plan that somebody saw and confirmed: what is not in it is not touched. */
export const reclaimRunRequest = z.strictObject({
  wantedKiB: z.number().int().positive().max(mostKiB),
  steps: z
    .array(
      z.strictObject({
        host: hostSlug,
        uuid: domainUuid,
        fromKiB: z.number().int().positive().max(mostKiB),
        targetKiB: z.number().int().positive().max(mostKiB),
        stage: z.number().int().min(1).max(10_000),
      }),
    )
    .min(1)
    .max(2000)
    .refine(
      (steps) =>
        new Set(steps.map(({ host, uuid }) => `${host}/${uuid}`)).size === steps.length,
      { message: 'Each domain at most once' },
    )
    .refine((steps) => steps.every(({ fromKiB, targetKiB }) => targetKiB < fromKiB), {
      message: 'Each target lies below where the domain is now',
    }),
})
export type ReclaimRunRequest = z.infer<typeof reclaimRunRequest>
