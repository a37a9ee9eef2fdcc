import { z } from 'zod'

import { hostSlug } from './host.ts'
import { problem } from './problem.ts'

/*
 * A job: long work that is followed, can be cancelled, and is kept. What all kinds have in common is
 * here, small enough for every page; what a kind adds (title, steps, detail, result, series) is in
 * job-kinds.ts, which only the server and the page of a job load.
 *
 *   queued ─► running ─► done
 *      │         │  └──► failed        an error; what was made is undone
 *      │         └─► stopping ─► cancelled
 *      └──────────────────────►    "
 *   queued, running, stopping ─► interrupted    Ballast ended in between
 */

/** A new kind: its name here, its file in job-kinds/, a line in job-kinds.ts, words in `jobs.json`. */
export const jobKind = z.enum([
  'migration',
  'evacuate',
  'create',
  'upload',
  'fetch',
  'reclaim',
  'reclaim-undo',
  'resize',
  'domain-job',
])
export type JobKind = z.infer<typeof jobKind>

export const jobState = z.enum([
  'queued',
  'running',
  'stopping',
  'done',
  'failed',
  'cancelled',
  'interrupted',
])
export type JobState = z.infer<typeof jobState>

export const activeJobStates: readonly JobState[] = ['queued', 'running', 'stopping']
export function jobIsActive(state: JobState): boolean {
  return activeJobStates.includes(state)
}

export const jobId = z.string().regex(/^[1-9]\d{0,15}$/, 'the number of a job')

/** Who began it: a person or a token, a policy of Ballast, or somebody outside of it (virsh). */
export const jobOwner = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), name: z.string() }),
  z.object({ type: z.literal('policy'), name: z.string() }),
  z.object({ type: z.literal('external') }),
])
export type JobOwner = z.infer<typeof jobOwner>

/** A domain that the job works on. `uuid` is null until it exists. */
export const jobDomain = z.object({
  host: hostSlug,
  uuid: z.string().nullable(),
  name: z.string(),
})
export type JobDomain = z.infer<typeof jobDomain>

export const jobProgress = z.object({
  done: z.number().min(0),
  total: z.number().min(0).nullable().describe('null = not known'),
  unit: z.enum(['bytes', 'count', 'percent']),
})
export type JobProgress = z.infer<typeof jobProgress>

export const jobStepState = z.enum(['waiting', 'running', 'done', 'failed', 'skipped'])
export const jobStep = z.object({
  name: z.string().describe('one of the steps of its kind'),
  state: jobStepState,
  note: z.string().nullable().describe('what it is about, such as the name of a volume'),
  progress: jobProgress.nullable(),
  startedMs: z.number().nullable(),
  endedMs: z.number().nullable(),
})
export type JobStep = z.infer<typeof jobStep>

/**
 * What cancelling does; keys of the catalogue `jobs.cancel.effect.*`.
 *
 * - `undo`: stops, and removes all that was made
 * - `keep`: stops; what is done stays
 * - `source`: the migration is aborted; the domain goes on where it is
 * - `children`: no further part begins; those under way are cancelled
 * - `foreign`: aborts work that was begun outside of Ballast
 */
export const jobCancelEffect = z.enum(['undo', 'keep', 'source', 'children', 'foreign'])
export type JobCancelEffect = z.infer<typeof jobCancelEffect>
/** Why it cannot be cancelled now; keys of the catalogue `jobs.cancel.blocked.*`. */
export const jobCancelBlocked = z.enum(['never', 'stopping', 'post-copy', 'finishing'])
export type JobCancelBlocked = z.infer<typeof jobCancelBlocked>

/** Values for the words of a title: the browser says it in its language. */
export const jobTitle = z.record(z.string(), z.union([z.string(), z.number()]))

/** One line of the list of jobs. */
export const jobSummary = z.object({
  id: jobId,
  kind: jobKind,
  title: jobTitle,
  owner: jobOwner,
  hosts: z.array(hostSlug),
  domains: z.array(jobDomain),
  parent: jobId.nullable(),
  children: z.object({
    total: z.number().int(),
    active: z.number().int(),
    failed: z.number().int().describe('failed, cancelled or interrupted'),
  }),
  state: jobState,
  step: z.string().nullable().describe('the step under way'),
  progress: jobProgress.nullable().describe('of the whole, or of the step under way'),
  expectedEndMs: z.number().nullable(),
  waitingFor: z
    .object({ reason: z.enum(['limit', 'lock']), job: jobId.nullable() })
    .nullable()
    .describe('queued: why it does not begin yet'),
  cancel: z.object({
    effect: jobCancelEffect,
    blocked: jobCancelBlocked.nullable(),
  }),
  createdMs: z.number(),
  startedMs: z.number().nullable(),
  endedMs: z.number().nullable(),
  problem: problem
    .nullable()
    .describe('why it failed; `issues` name the fields of its form'),
  leftovers: z
    .array(z.string())
    .describe('what was made and could not be removed again, in words'),
})
export type JobSummary = z.infer<typeof jobSummary>

export const jobLogLine = z.object({
  seq: z.number().int(),
  atMs: z.number(),
  level: z.enum(['info', 'warn', 'error']),
  text: z.string(),
})
export type JobLogLine = z.infer<typeof jobLogLine>

/** Figures over time, for charts: every column as long as `tMs`. Which columns: the kind says. */
export const jobSeries = z.object({
  tMs: z.array(z.number()),
  columns: z.record(z.string(), z.array(z.number().nullable())),
})
export type JobSeries = z.infer<typeof jobSeries>

/** All of one job. `detail` and `result` have the schemas of its kind in job-kinds.ts. */
export const job = jobSummary.extend({
  steps: z.array(jobStep),
  detail: z.unknown(),
  result: z.unknown(),
})
export type Job = z.infer<typeof job>

export const jobLimits = {
  /** Lines kept of one log: the oldest go first. */
  logLines: 500,
  logLineLength: 2000,
  /** Points kept of one series: beyond that every second one goes, also later. */
  seriesPoints: 2400,
  /** Ended jobs kept; the oldest go first, and those beyond the age. */
  kept: 5000,
  keptDays: 180,
} as const

/** What to show of all jobs, newest first; the same in the URL, the API and the live topic. */
export const jobQuery = z.strictObject({
  search: z.string().max(200).default('').describe('in titles, owners, hosts and domains'),
  states: z.array(jobState).default([]).describe('empty = all'),
  kinds: z.array(jobKind).default([]).describe('empty = all'),
  host: hostSlug.nullable().default(null),
  uuid: z.uuid().nullable().default(null).describe('of a domain'),
  owner: z.string().max(100).nullable().default(null).describe('a username'),
  parent: z
    .union([z.enum(['any', 'none']), jobId])
    .default('any')
    .describe('none: only jobs that are no part of another; or the parts of this job'),
})
export type JobQuery = z.infer<typeof jobQuery>

/** A window on the jobs. `total` = before the filter, `matched` = after it. */
export const jobPage = z.object({
  total: z.number().int(),
  matched: z.number().int(),
  offset: z.number().int(),
  jobs: z.array(jobSummary),
})
export type JobPage = z.infer<typeof jobPage>

/** A job with its log and series, as the API gives it. */
export const jobWithLog = z.object({ job, log: z.array(jobLogLine), series: jobSeries })
export type JobWithLog = z.infer<typeof jobWithLog>
