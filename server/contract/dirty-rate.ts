import { z } from 'zod'

import { domainState, domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'

/** How QEMU can measure, in virsh's words. */
export const dirtyRateMode = z.enum(['page-sampling', 'dirty-bitmap', 'dirty-ring'])
export type DirtyRateMode = z.infer<typeof dirtyRateMode>

/** Window lengths of the working-set curve, seconds, shortest first. */
export const dirtyRateWindows = [1, 2, 5, 10, 20] as const

/** Why a domain cannot be measured now; keys of the catalogue `dirtyRate.blocked.*`. */
export const dirtyRateBlocked = z.enum(['not-running', 'host-offline', 'job'])
export type DirtyRateBlocked = z.infer<typeof dirtyRateBlocked>

/** One measurement that ended. QEMU gives whole MiB/s, rounded down. */
export const dirtyRateMeasurement = z.object({
  endedMs: z.number(),
  seconds: z.number().describe('its window'),
  mode: z
    .enum([...dirtyRateMode.options, 'migration'])
    .describe('migration = told by the job'),
  rateMiBps: z.number(),
  pagesPerGiB: z.number().nullable().describe('sampled; null in other modes'),
  vcpuMiBps: z.array(z.number()).nullable().describe('by vCPU, in dirty-ring mode'),
})
export type DirtyRateMeasurement = z.infer<typeof dirtyRateMeasurement>

/** The rate now: the mean of the newest short windows, and how far it can be trusted. */
export const dirtyRateSummary = z.object({
  rateMiBps: z.number(),
  lowMiBps: z.number().describe('the truth lies between low and high in 19 of 20 cases'),
  highMiBps: z.number(),
  scatterMiBps: z.number().describe('standard deviation of a single measurement'),
  count: z.number().int().describe('measurements in the mean'),
  measuredMs: z.number(),
})
export type DirtyRateSummary = z.infer<typeof dirtyRateSummary>

/** How many different MiB are written within a window: a range, for QEMU rounds down. */
export const workingSetPoint = z.object({
  seconds: z.number(),
  lowMiB: z.number(),
  highMiB: z.number(),
  count: z.number().int(),
  measuredMs: z.number(),
  saturated: z
    .boolean()
    .describe('mostly the same pages again: less than the short windows promise'),
})
export type WorkingSetPoint = z.infer<typeof workingSetPoint>

export const workingSet = z.object({
  points: z.array(workingSetPoint),
  verdict: z.enum(['unknown', 'growing', 'flat']),
  sizeMiB: z.number().nullable().describe('flat: about so much; growing: at least so much'),
})
export type WorkingSet = z.infer<typeof workingSet>

/** QEMU's traps that bite here; keys of the catalogue `dirtyRate.trap.*`. */
export const dirtyRateTrap = z.enum([
  'small-blocks',
  'not-measurable',
  'scatter',
  'rounded',
  'saturated',
])
export type DirtyRateTrap = z.infer<typeof dirtyRateTrap>

export const dirtyRateModeOffer = z.object({
  mode: dirtyRateMode,
  possible: z.boolean(),
  reason: z
    .enum(['emulated', 'refused', 'not-asked'])
    .nullable()
    .describe('emulated: would crash QEMU without KVM; refused: see words'),
  words: z.string().nullable().describe("libvirt's own"),
})
export type DirtyRateModeOffer = z.infer<typeof dirtyRateModeOffer>

/** Everything the dirty-rate page shows of one domain at one moment. */
export const dirtyRateDetail = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  state: domainState,
  stale: z.boolean(),
  virtType: z.string(),
  blocked: dirtyRateBlocked.nullable(),
  running: z
    .object({ mode: dirtyRateMode, seconds: z.number(), startedMs: z.number() })
    .nullable()
    .describe('the measurement under way'),
  queuedSeconds: z.array(z.number()).describe('windows that were asked for and still wait'),
  continuous: z.boolean().describe('measured without a pause, because somebody watches'),
  fine: z.boolean().describe('more sample pages by QMP; taints the domain'),
  modes: z.array(dirtyRateModeOffer),
  summary: dirtyRateSummary.nullable(),
  newest: dirtyRateMeasurement.nullable(),
  workingSet,
  traps: z.array(dirtyRateTrap),
  memoryKiB: z.number().describe('RAM that QEMU has allotted to the guest'),
  cost: z.object({
    pages: z.number().describe('read and hashed, twice a measurement'),
    readKiB: z.number().describe('by both passes of one measurement'),
  }),
  failure: z
    .string()
    .nullable()
    .describe('why the last try failed, in the words of the host'),
})
export type DirtyRateDetail = z.infer<typeof dirtyRateDetail>

/** Columns of equal length, one row a measurement; null = not of this kind. MiB/s but for `tMs`. */
export const dirtyRateSeries = z.object({
  tMs: z.array(z.number()),
  rateMiBps: z.array(z.number().nullable()).describe('single measurements of 1 or 2 s'),
  meanMiBps: z.array(z.number().nullable()),
  lowMiBps: z.array(z.number().nullable()),
  highMiBps: z.array(z.number().nullable()),
})
export type DirtyRateSeries = z.infer<typeof dirtyRateSeries>
export const dirtyRateSeriesColumns = [
  'rateMiBps',
  'meanMiBps',
  'lowMiBps',
  'highMiBps',
] as const satisfies readonly (keyof DirtyRateSeries)[]

export const measureDirtyRateRequest = z.strictObject({
  mode: dirtyRateMode.default('page-sampling'),
  seconds: z
    .array(z.number().int().min(1).max(60))
    .min(1)
    .max(5)
    .describe('windows, measured one after the other'),
})
export type MeasureDirtyRateRequest = z.infer<typeof measureDirtyRateRequest>

export const setDirtyRateSamplingRequest = z.strictObject({
  fine: z.boolean().describe('4096 pages a GiB by QMP instead of 512'),
})
