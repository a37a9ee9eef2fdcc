import { z } from 'zod'

import { domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'
import { memorySeriesColumns } from './memory.ts'

/** What is kept of a host, in KiB but for `cpuPercent`. */
export const hostMetrics = [
  'totalKiB',
  'usedKiB',
  'balloonKiB',
  'maximumKiB',
  'rssKiB',
  'cpuPercent',
] as const satisfies readonly z.infer<typeof metricName>[]
/**
 * What is kept of a domain: its memory, KiB; and how short of it the guest is (0..100), its CPU, how
 * fast it writes to its memory, and how long its vCPUs wait for a CPU. New ones at the end.
 */
export const domainMetrics = [
  ...memorySeriesColumns,
  'pressure',
  'cpuPercent',
  'dirtyRateKiBps',
  'vcpuWaitPercent',
] as const

/** The tiers of the history: how wide a bucket is and how long it is kept, finest first. Seconds. */
export const historyTiers = [
  { stepSeconds: 10, keepSeconds: 86_400 },
  { stepSeconds: 60, keepSeconds: 31 * 86_400 },
  { stepSeconds: 600, keepSeconds: 366 * 86_400 },
] as const

export const metricName = z.enum([...domainMetrics, 'totalKiB', 'balloonKiB', 'maximumKiB'])

export const samplesQuery = z.object({
  host: hostSlug,
  domain: domainUuid.optional().describe('left out: figures of the host itself'),
  metrics: z.array(metricName).min(1),
  from: z.number().describe('epoch ms'),
  to: z.number().describe('epoch ms'),
  step: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .describe('seconds; left out: so that about 500 steps come of it'),
})
export type SamplesQuery = z.infer<typeof samplesQuery>

const column = z.array(z.number().nullable())

/** Metrics read back: null = no sample in that step. */
export const samplesResponse = z.object({
  stepSeconds: z
    .number()
    .describe('the step of this answer: longer than asked for where nothing finer is kept'),
  tMs: z.array(z.number()).describe('the beginning of each step, without holes'),
  metrics: z.record(z.string(), z.object({ min: column, avg: column, max: column })),
})
export type SamplesResponse = z.infer<typeof samplesResponse>

export const annotationKind = z.enum([
  'start',
  'stop',
  'resize',
  'pressure',
  'migration-begin',
  'migration-end',
  'policy-take',
  'policy-give',
])
export type AnnotationKind = z.infer<typeof annotationKind>

/** How a migration ended. */
const migrationOutcome = z.enum(['done', 'failed', 'cancelled', 'interrupted'])

/** Something that happened to a domain, to be drawn on the time axis. */
export const annotation = z.object({
  atMs: z.number(),
  host: hostSlug,
  domain: domainUuid,
  name: z.string(),
  kind: annotationKind,
  fromKiB: z.number().nullable().describe('resize and policy: the target before'),
  targetKiB: z.number().nullable().describe('resize and policy: the new target'),
  by: z.string().nullable().describe('who asked; of a migration null = begun outside'),
  fromHost: z.string().nullable().describe('migration: the name of the source'),
  toHost: z
    .string()
    .nullable()
    .describe('migration: the name of the target; null = begun outside, not known'),
  outcome: migrationOutcome.nullable().describe('migration-end: what came of it'),
})
export type Annotation = z.infer<typeof annotation>

export const annotationsQuery = z.object({
  host: hostSlug,
  domain: domainUuid.optional(),
  from: z.number(),
  to: z.number(),
})
export type AnnotationsQuery = z.infer<typeof annotationsQuery>

export const sizingQuery = z.object({ from: z.number(), to: z.number() })
export type SizingQuery = z.infer<typeof sizingQuery>

/** The use of one domain over a range against its size. */
export const sizingRow = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  sizeKiB: z.number().describe('the balloon target now; of a stopped domain its maximum'),
  p50KiB: z.number().nullable(),
  p95KiB: z.number().nullable(),
  maxKiB: z.number().nullable(),
  coveredSeconds: z.number().describe('of how much of the range the use is known'),
  suggestedKiB: z
    .number()
    .nullable()
    .describe('null: the use is not known, or for too short a time'),
  savingKiB: z.number().nullable().describe('negative: the domain should be larger'),
})
export type SizingRow = z.infer<typeof sizingRow>

export const sizingReport = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  rows: z.array(sizingRow),
})
export type SizingReport = z.infer<typeof sizingReport>
