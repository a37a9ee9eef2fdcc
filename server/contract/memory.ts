import { z } from 'zod'

import { balloonHealth, domainState, domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'
import { pressure } from './pressure.ts'

/** Names and units of `virsh dommemstat`, in its order (virDomainMemoryStatTags). */
export const memoryStatFields = {
  actual: 'KiB',
  swap_in: 'KiB',
  swap_out: 'KiB',
  major_fault: 'count',
  minor_fault: 'count',
  unused: 'KiB',
  available: 'KiB',
  usable: 'KiB',
  last_update: 'epochSeconds',
  disk_caches: 'KiB',
  hugetlb_pgalloc: 'count',
  hugetlb_pgfail: 'count',
  rss: 'KiB',
} as const
export type MemoryStatField = keyof typeof memoryStatFields

export const memoryStats = z.object(
  Object.fromEntries(
    Object.keys(memoryStatFields).map((name) => [name, z.number().nullable()]),
  ) as Record<MemoryStatField, z.ZodNullable<z.ZodNumber>>,
)
export type MemoryStats = Record<MemoryStatField, number | null>

/** Figures that follow from the statistics; see server/memory for the formulas. All KiB. */
export const derivedMemory = z.object({
  usedKiB: z.number().nullable(),
  cacheKiB: z.number().nullable(),
  kernelReserveKiB: z
    .number()
    .nullable()
    .describe('actual minus what the guest counts as total'),
  hostCostKiB: z.number().nullable().describe('RSS of the QEMU process'),
  swapInKiBps: z.number().nullable(),
  swapOutKiBps: z.number().nullable(),
  majorFaultsPerS: z.number().nullable(),
})
export type DerivedMemory = z.infer<typeof derivedMemory>

/** How far a shrink may go, and from what it was computed. */
export const safeFloor = z.object({
  floorKiB: z.number(),
  usedKiB: z.number().describe('the peak use the floor was computed from'),
  marginKiB: z.number(),
})
export type SafeFloor = z.infer<typeof safeFloor>

export const targetPreset = z.object({
  name: z.enum(['fit', 'minus25', 'plus25', 'maximum']),
  targetKiB: z.number().int(),
})
export type TargetPreset = z.infer<typeof targetPreset>

/** One change of a balloon's target and how the guest follows it. */
export const resize = z.object({
  id: z.string(),
  fromKiB: z.number().int(),
  targetKiB: z.number().int(),
  actualKiB: z.number().int().describe('the newest'),
  startedMs: z.number(),
  endedMs: z.number().nullable(),
  status: z.enum(['following', 'reached', 'gave-up', 'superseded']),
  by: z.string().describe('who asked; "outside" when it was not Ballast'),
  command: z.string(),
  undoOf: z.string().nullable(),
})
export type Resize = z.infer<typeof resize>

/** Everything the memory page shows of one domain at one moment. */
export const memoryDetail = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  state: domainState,
  stale: z.boolean(),
  sampledMs: z.number().nullable(),
  stats: memoryStats,
  statsAgeSeconds: z.number().nullable(),
  statsPeriodSeconds: z.number().nullable().describe('0 = the guest is never asked'),
  maximumKiB: z.number(),
  configCurrentKiB: z
    .number()
    .nullable()
    .describe('<currentMemory> of the persistent config'),
  derived: derivedMemory,
  vcpuWaitPercent: z
    .number()
    .nullable()
    .describe('share of their time in which the vCPUs wait for a CPU of the host (steal)'),
  pressure: pressure.nullable().describe('null = the guest does not say, or not lately'),
  health: balloonHealth,
  floor: safeFloor.nullable().describe('null when nothing is known of the use'),
  presets: z.array(targetPreset),
  resizeBlocked: z
    .enum(['not-running', 'no-device', 'no-driver', 'host-offline'])
    .nullable()
    .describe('why the target cannot be changed now'),
  resize: resize.nullable().describe('the newest change, also after it ended'),
  undoTargetKiB: z.number().nullable().describe('where one click on undo leads'),
})
export type MemoryDetail = z.infer<typeof memoryDetail>

/** Columns of equal length; null is a gap, never 0. KiB but for `tMs` (epoch ms). */
export const memorySeries = z.object({
  tMs: z.array(z.number()),
  actualKiB: z.array(z.number().nullable()),
  availableKiB: z.array(z.number().nullable()),
  usedKiB: z.array(z.number().nullable()),
  cacheKiB: z.array(z.number().nullable()),
  unusedKiB: z.array(z.number().nullable()),
  rssKiB: z.array(z.number().nullable()),
})
export type MemorySeries = z.infer<typeof memorySeries>
export const memorySeriesColumns = [
  'actualKiB',
  'availableKiB',
  'usedKiB',
  'cacheKiB',
  'unusedKiB',
  'rssKiB',
] as const satisfies readonly (keyof MemorySeries)[]

export const setMemoryTargetRequest = z.strictObject({
  targetKiB: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  persist: z
    .boolean()
    .default(false)
    .describe('also in the config, as virsh setmem --config'),
  force: z
    .boolean()
    .default(false)
    .describe('go below the safe floor, or without fresh statistics'),
})
export type SetMemoryTargetRequest = z.infer<typeof setMemoryTargetRequest>

export const setMemoryTargetResponse = z.object({ resize, command: z.string() })
export type SetMemoryTargetResponse = z.infer<typeof setMemoryTargetResponse>

export const setStatsPeriodRequest = z.strictObject({
  periodSeconds: z.number().int().min(0).max(3600),
})
