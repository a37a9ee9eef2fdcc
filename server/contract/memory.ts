import { z } from 'zod'

import { balloonHealth, domainState, domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'
import { pressure, pressureReason } from './pressure.ts'

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
  hostCostKiB: z
    .number()
    .nullable()
    .describe('RSS of the QEMU process, and the huge pages that RSS does not count'),
  heldCacheKiB: z
    .number()
    .nullable()
    .describe('cache that cannot be dropped: shared memory, tmpfs'),
  overheadKiB: z
    .number()
    .nullable()
    .describe('RSS above the balloon: QEMU itself, and what is not given back yet'),
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

/**
 * Why a shrink did not reach its target: the guest came under pressure, took memory back by itself
 * (autodeflate), fell silent, or had no more to give.
 */
export const resizeCause = z.enum(['pressure', 'took-back', 'silent', 'stalled'])
export type ResizeCause = z.infer<typeof resizeCause>

/** Which of a domain's two definitions a change concerns, as virsh's --live and --config. */
export const affects = z.enum(['live', 'config', 'both'])
export type AffectsChoice = z.infer<typeof affects>

/** The flags of `virsh setmem` for it. */
export function setmemFlags(choice: AffectsChoice): string[] {
  if (choice === 'both') return ['--live', '--config']
  return [choice === 'live' ? '--live' : '--config']
}

/** In steps that turn back under pressure, or all at once as `virsh setmem` does it. */
export const pace = z.enum(['steps', 'at-once'])
export type Pace = z.infer<typeof pace>

/** One change of a balloon's target and how the guest follows it. */
export const resize = z.object({
  id: z.string(),
  fromKiB: z.number().int(),
  targetKiB: z.number().int(),
  actualKiB: z.number().int().describe('the newest'),
  startedMs: z.number(),
  endedMs: z.number().nullable(),
  status: z.enum([
    'following',
    'reached',
    'gave-up',
    'superseded',
    'turned-back',
    'cancelled',
    'interrupted',
  ]),
  by: z.string().describe('who asked; "outside" when it was not Ballast'),
  command: z.string(),
  undoOf: z.string().nullable(),
  // Rows of before have none of these.
  pace: pace.default('at-once'),
  phase: z
    .enum(['giving', 'watching', 'going-back'])
    .nullable()
    .default(null)
    .describe('of a shrink in steps that is under way'),
  lowestKiB: z
    .number()
    .int()
    .nullable()
    .default(null)
    .describe('steps: the least the balloon was at, before a step back'),
  cause: resizeCause.nullable().default(null),
  reasons: z.array(pressureReason).default([]).describe('the pressure that turned it back'),
  job: z.string().nullable().default(null).describe('the job that carries it out'),
  configFromKiB: z
    .number()
    .int()
    .nullable()
    .default(null)
    .describe('what the config said before; null = it is left alone'),
})
export type Resize = z.infer<typeof resize>

/** One change of what a domain starts with (`virsh setmem --config`), KiB. */
export const configChange = z.object({
  fromKiB: z.number().int(),
  toKiB: z.number().int(),
  atMs: z.number(),
  by: z.string(),
  command: z.string(),
})
export type ConfigChange = z.infer<typeof configChange>

/**
 * Why QEMU gives nothing (or hardly anything) back to the host however small the balloon: devices that
 * work on guest memory by themselves, locked memory, huge pages, or a post-copy migration under way.
 */
export const inhibitedBy = z.enum(['vfio', 'vdpa', 'locked', 'hugepages', 'postcopy'])
export type InhibitedBy = z.infer<typeof inhibitedBy>

/** Room for memory devices that can be plugged into a running domain (`<maxMemory slots=…>`). */
export const memoryHotplug = z.object({
  slots: z.number().int().describe('free ones'),
  roomKiB: z.number(),
  cells: z
    .number()
    .int()
    .describe('NUMA cells of the guest; 0: none, then libvirt refuses'),
})
export type MemoryHotplug = z.infer<typeof memoryHotplug>

/** What a growing guest finds on its host, KiB. */
export const hostRoom = z.object({
  totalKiB: z.number(),
  reachableKiB: z.number().describe('free and page cache'),
  balloonsKiB: z.number().describe('sum of the balloons of all running domains'),
})
export type HostRoom = z.infer<typeof hostRoom>

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
  configMaximumKiB: z.number().nullable().describe('<memory> of the persistent config'),
  derived: derivedMemory,
  vcpuWaitPercent: z
    .number()
    .nullable()
    .describe('share of their time in which the vCPUs wait for a CPU of the host (steal)'),
  pressure: pressure.nullable().describe('null = the guest does not say, or not lately'),
  health: balloonHealth,
  floor: safeFloor.nullable().describe('null when nothing is known of the use'),
  presets: z.array(targetPreset),
  inhibitedBy: inhibitedBy.nullable(),
  autodeflate: z.boolean().nullable().describe('null = the XML is not read yet'),
  freePageReporting: z.boolean().nullable(),
  hotplug: memoryHotplug.nullable().describe('null = no memory device can be plugged in'),
  hostRoom: hostRoom.nullable().describe('null = the host did not say'),
  resizeBlocked: z
    .enum(['not-running', 'no-device', 'no-driver', 'host-offline'])
    .nullable()
    .describe('why the target cannot be changed now'),
  resize: resize.nullable().describe('the newest change, also after it ended'),
  undoTargetKiB: z.number().nullable().describe('where one click on undo leads'),
  configChange: configChange
    .nullable()
    .describe(
      'the newest change of the config alone; null once the config says another size',
    ),
})
export type MemoryDetail = z.infer<typeof memoryDetail>

const column = z.array(z.number().nullable())

/**
 * Columns of equal length; null is a gap, never 0. The guest's memory in KiB and, in whole numbers, how
 * short of it the guest is with what that is read from. `tMs`: epoch ms.
 */
export const memorySeries = z.object({
  tMs: z.array(z.number()),
  actualKiB: column,
  availableKiB: column,
  usedKiB: column,
  cacheKiB: column,
  unusedKiB: column,
  rssKiB: column,
  pressure: column.describe('the score, 0..100'),
  cpuPercent: column.describe('of its vCPUs, 0..100'),
  vcpuWaitPercent: column.describe('of the time of its vCPUs, 0..100'),
  usablePercent: column.describe("of the guest's own total, 0..100"),
  swapInKiBps: column,
  swapOutKiBps: column,
  majorFaultsPerS: column,
})
export type MemorySeries = z.infer<typeof memorySeries>
/** Before any sample. */
export const emptyMemorySeries: MemorySeries = {
  tMs: [],
  actualKiB: [],
  availableKiB: [],
  usedKiB: [],
  cacheKiB: [],
  unusedKiB: [],
  rssKiB: [],
  pressure: [],
  cpuPercent: [],
  vcpuWaitPercent: [],
  usablePercent: [],
  swapInKiBps: [],
  swapOutKiBps: [],
  majorFaultsPerS: [],
}
export const memorySeriesColumns = [
  'actualKiB',
  'availableKiB',
  'usedKiB',
  'cacheKiB',
  'unusedKiB',
  'rssKiB',
] as const satisfies readonly (keyof MemorySeries)[]
/** The rest of them: the score of pressure, its signals, and CPU. */
export const strainSeriesColumns = [
  'pressure',
  'cpuPercent',
  'vcpuWaitPercent',
  'usablePercent',
  'swapInKiBps',
  'swapOutKiBps',
  'majorFaultsPerS',
] as const satisfies readonly (keyof MemorySeries)[]

export const setMemoryTargetRequest = z.strictObject({
  targetKiB: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  affects: affects
    .default('live')
    .describe('as virsh setmem --live, --config, or both; config: for the next start'),
  pace: pace.default('steps').describe('of a shrink; growing goes at once in any case'),
  force: z
    .boolean()
    .default(false)
    .describe('go below the safe floor, or without fresh statistics'),
})
export type SetMemoryTargetRequest = z.infer<typeof setMemoryTargetRequest>

export const undoMemoryQuery = z.strictObject({
  affects: z
    .enum(['live', 'config'])
    .default('live')
    .describe(
      'live: the newest change of the balloon; config: of what the domain starts with',
    ),
})
export type UndoMemoryQuery = z.infer<typeof undoMemoryQuery>

export const setMemoryTargetResponse = z.object({
  resize: resize.nullable().describe('null = only the config was changed'),
  command: z.string(),
})

export const setMemoryMaximumRequest = z.strictObject({
  maximumKiB: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  startWithMaximum: z
    .boolean()
    .default(true)
    .describe('the guest starts with all of it; else with what the config says now'),
})
export type SetMemoryMaximumRequest = z.infer<typeof setMemoryMaximumRequest>

export const setStatsPeriodRequest = z.strictObject({
  periodSeconds: z.number().int().min(0).max(3600),
})
