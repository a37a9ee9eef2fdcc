import { z } from 'zod'

import { domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'
import { migrationWay } from './migration-way.ts'

const known = z.number().nonnegative()
const nullable = known.nullable()

/** How fast it goes between two hosts, and how that is known. */
export const forecastLink = z.object({
  mibps: known,
  lowMiBps: known,
  highMiBps: known,
  from: z
    .enum(['earlier', 'probed', 'hosts', 'assumed'])
    .describe(
      'earlier moves between the two hosts, a measurement of the link, moves of one of them, or an assumption',
    ),
  runs: z.number().int(),
  probedMs: nullable.describe('when the link was measured; null = never'),
  pauseMiBps: known.describe(
    'while the guest stands still: no cap, and no guest that takes CPU',
  ),
  capYield: known.describe('what comes of a cap in the end: measured share of it'),
})
export type ForecastLink = z.infer<typeof forecastLink>

/** What a forecast of a domain's move is made from; measured by the server, calculated with in the browser. */
export const forecastFacts = z.object({
  memory: z.object({
    ramKiB: known.describe('all that QEMU goes through, zero pages too'),
    balloonKiB: known.describe('what the guest has now'),
    lowKiB: known.describe('to send in the first pass: at least, probably, at most'),
    likelyKiB: known,
    highKiB: known,
    from: z
      .enum(['earlier', 'guest', 'whole'])
      .describe("an earlier move; the guest's statistics; nothing known: all of it"),
  }),
  dirty: z.object({
    points: z
      .array(z.object({ seconds: known, lowMiB: known, highMiB: known }))
      .describe('different MiB written within a window, shortest first; empty = unknown'),
    flat: z.boolean().describe('the last point is the whole working set'),
    measuredMs: nullable,
  }),
  link: forecastLink,
  cpuShare: known.describe('how busy the vCPUs are, 0..1: what a throttle can bite on'),
  vcpus: z.number().int(),
  diskBytes: known.describe('of the disks that would have to be copied'),
  overheadMs: known.describe('before the first page and after the last, without the pause'),
  pauseFixedMs: known.describe('of the pause, whatever is left to send'),
  error: z.object({
    runs: z.number().int(),
    timePercent: nullable.describe('median error of the total time of earlier forecasts'),
    verdictsRight: z.number().int(),
  }),
})
export type ForecastFacts = z.infer<typeof forecastFacts>

/** What a person chooses that changes a forecast. */
export const forecastPlan = z.object({
  bandwidthMiBps: nullable.describe('null = as fast as the link goes'),
  downtimeMs: known.describe("QEMU's own limit is 300"),
  autoConverge: z
    .object({ initialPercent: known, incrementPercent: known })
    .nullable()
    .describe("QEMU's own: 20, then 10 more each time"),
  postCopy: z.boolean().describe('switched to after the first pass'),
  copyDisks: z.boolean(),
})
export type ForecastPlan = z.infer<typeof forecastPlan>

/** A value with how far it can be trusted: between low and high in most cases. */
const span = z.object({ low: known, likely: known, high: known })
export type ForecastSpan = z.infer<typeof span>

/** `likely` and `unlikely`: what can go either way within what the measurements leave open. */
export const forecastVerdict = z.enum(['converges', 'likely', 'unlikely', 'never'])
export type ForecastVerdict = z.infer<typeof forecastVerdict>

/** One pass over the memory, as the model expects it. */
export const forecastPass = z.object({
  startMs: known,
  seconds: known,
  pendingMiB: known.describe('left at its begin'),
  sentMiB: known,
  dirtiedMiB: known.describe('written anew by the guest meanwhile'),
  throttlePercent: known,
})
export type ForecastPass = z.infer<typeof forecastPass>

/** What is kept of a forecast beside its outcome. */
export const forecastSummary = z.object({
  verdict: forecastVerdict,
  totalMs: span.nullable().describe('null = it does not end by itself'),
  pauseMs: span.nullable(),
  sentMiB: span.nullable(),
  passes: z.number().int(),
  restMiB: known.describe('sent while the guest stands still'),
  throttlePercent: known,
  stuckMiB: nullable.describe('what stays left when it does not converge'),
  rates: z.object({
    dirtyMiBps: nullable,
    sendMiBps: known,
  }),
})
export type ForecastSummary = z.infer<typeof forecastSummary>

/** How a move ended, in the same terms. */
export const forecastOutcome = z.object({
  ended: z.enum(['done', 'aborted', 'failed', 'not-answering']),
  totalMs: known,
  pauseMs: nullable,
  sentMiB: nullable,
  passes: z.number().int().nullable(),
  throttlePercent: nullable,
  sendMiBps: nullable.describe('while memory was sent'),
  firstPassMiB: nullable.describe('that was not zero'),
  setupMs: nullable,
  postCopy: z.boolean(),
  converged: z
    .boolean()
    .nullable()
    .describe('by itself, under the plan it began with; null = nobody can tell'),
})
export type ForecastOutcome = z.infer<typeof forecastOutcome>

/** A move with what was expected of it and what came. */
export const forecastRun = z.object({
  id: z.string(),
  startedMs: known,
  source: hostSlug,
  target: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  way: migrationWay.nullable().default(null).describe('null = not noted then'),
  plan: forecastPlan,
  forecast: forecastSummary.nullable(),
  outcome: forecastOutcome.nullable().describe('null = under way'),
})
export type ForecastRun = z.infer<typeof forecastRun>

export const forecastQuery = z.strictObject({ target: hostSlug })

/** What the dialog gets: the facts, and the earlier runs that they lean on. */
export const forecastReply = z.object({
  source: hostSlug,
  target: hostSlug,
  uuid: domainUuid,
  facts: forecastFacts,
  runs: z.array(forecastRun),
})
export type ForecastReply = z.infer<typeof forecastReply>

/** A measurement of the link between two hosts, without a guest. */
export const linkProbe = z.object({
  source: hostSlug,
  target: hostSlug,
  atMs: known,
  mibps: known,
  bytes: known,
  seconds: known,
})
export type LinkProbe = z.infer<typeof linkProbe>
export const measureLinkRequest = z.strictObject({ target: hostSlug })
export const measureLinkResponse = z.object({ probe: linkProbe })

export const forecastRunsQuery = z.strictObject({
  uuid: domainUuid.optional().describe('moves of this domain'),
  source: hostSlug.optional(),
  target: hostSlug.optional(),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
export type ForecastRunsQuery = z.infer<typeof forecastRunsQuery>

/** What the moves from one host to another say of the model, and what it made of them. */
export const forecastPair = z.object({
  source: hostSlug,
  target: hostSlug,
  moves: z.number().int().describe('kept, of any end'),
  error: forecastFacts.shape.error,
  link: forecastLink.describe('that the next forecast counts on'),
})
export type ForecastPair = z.infer<typeof forecastPair>

/** Moves that ended, newest first, and each pair of hosts among those shown. */
export const forecastRunsReply = z.object({
  total: z.number().int(),
  offset: z.number().int(),
  runs: z.array(forecastRun),
  pairs: z.array(forecastPair),
})
export type ForecastRunsReply = z.infer<typeof forecastRunsReply>
