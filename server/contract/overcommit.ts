import { z } from 'zod'

import { hostMemory, hostSlug } from './host.ts'

const kib = z.number().nonnegative()

/** What a group of guests may take, beside what there is for it. All KiB. */
export const roomJudgement = z.object({
  needKiB: kib,
  haveKiB: kib,
  missingKiB: kib.describe('need - have; 0 = it fits'),
  spareKiB: kib.describe('have - need; 0 = nothing is left'),
  ratio: z.number().nullable().describe('need / have: 1.5 = half more than there is'),
})
export type RoomJudgement = z.infer<typeof roomJudgement>

/** Huge pages of one size, in a host or in one of its NUMA cells. */
export const hugePagePool = z.object({
  sizeKiB: z.number().int().positive(),
  total: z.number().int().nonnegative().describe('pages'),
  free: z
    .number()
    .int()
    .nonnegative()
    .nullable()
    .describe('pages; null = the host did not say'),
})
export type HugePagePool = z.infer<typeof hugePagePool>

/** Sums over guests, KiB. */
export const claimSums = z.object({
  guests: z.number().int().nonnegative(),
  balloonKiB: kib.describe('what the balloons leave them now'),
  maximumKiB: kib.describe('what they may take'),
  rssKiB: kib.describe('what their QEMU processes hold, where known'),
})
export type ClaimSums = z.infer<typeof claimSums>

export const cellOvercommit = z.object({
  id: z.number().int().nonnegative(),
  totalKiB: kib,
  freeKiB: kib.nullable(),
  hugePages: z.array(hugePagePool),
  bound: claimSums.describe('guests whose memory must lie in this cell alone'),
  shared: claimSums.describe('guests whose memory may lie in this cell and in others'),
  atMaximum: roomJudgement.describe(
    'if every guest bound to this cell took its maximum; ordinary pages',
  ),
})
export type CellOvercommit = z.infer<typeof cellOvercommit>

/** How the memory that the running guests of a host may take compares with what it has. */
export const overcommit = z.object({
  memory: hostMemory,
  ordinaryKiB: kib.describe('RAM that is not set aside as huge pages'),
  hugePages: z.array(
    hugePagePool.extend({
      atMaximum: roomJudgement.describe('of the guests backed by pages of this size'),
    }),
  ),
  sums: claimSums,
  atMaximum: roomJudgement.describe('if every guest took its maximum'),
  atBalloon: roomJudgement.describe('if every guest used what its balloon leaves it now'),
  soon: roomJudgement.describe(
    'what guests may still take inside their balloons beyond their RSS, beside free RAM and page cache',
  ),
  otherKiB: kib.describe("used on the host beside the guests' RSS"),
  cells: z.array(cellOvercommit).describe('empty = one cell, or not known'),
  cellSets: z
    .array(z.object({ cells: z.array(z.number().int()).min(2), atMaximum: roomJudgement }))
    .describe('sets of cells in which guests must lie that do not all fit there'),
})
export type Overcommit = z.infer<typeof overcommit>

/**
 * - `over-maximum`: at their maxima the guests would have more than the RAM
 * - `over-balloon`: already inside their balloons they may use more than the RAM
 * - `over-free`: more than is free or page cache on the host now, so it would swap
 * - `over-cells`: the guests bound to these NUMA cells would have more than the cells
 * - `over-huge-pages`: not as many free huge pages of this size; the guest does not start
 */
export const memoryWarningKind = z.enum([
  'over-maximum',
  'over-balloon',
  'over-free',
  'over-cells',
  'over-huge-pages',
])

/** What a change of one guest's memory would do to its host. */
export const memoryWarning = z.object({
  kind: memoryWarningKind,
  needKiB: kib,
  haveKiB: kib,
  missingKiB: z.number().positive(),
  cells: z.array(z.number().int()).nullable().describe('over-cells: which'),
  pageKiB: z.number().int().nullable().describe('over-huge-pages: of which size'),
})
export type MemoryWarning = z.infer<typeof memoryWarning>

/** Who takes most of a host. */
export const consumerOrder = z.enum(['rss', 'balloon', 'maximum', 'growth'])
export type ConsumerOrder = z.infer<typeof consumerOrder>

export const consumer = z.object({
  uuid: z.string(),
  name: z.string(),
  balloonKiB: kib,
  maximumKiB: kib,
  rssKiB: kib.nullable(),
  usedKiB: kib.nullable().describe('as the guest counts it'),
  growthKiB: kib.describe('what it may still take inside its balloon beyond its RSS'),
  hugePageKiB: z.number().int().nullable().describe('null = ordinary pages'),
  cells: z.array(z.number().int()).nullable().describe('cells it is bound to; null = any'),
})
export type Consumer = z.infer<typeof consumer>

/**
 * Merging of equal pages (KSM). Libvirt does not tell whether it is switched on.
 * - `saving`: pages are shared now
 * - `scanning`: nothing is shared; full scans are counted up while Ballast looks
 * - `idle`: the figures stood still while Ballast looked
 * - `unknown`: not looked at long enough
 */
export const ksm = z.object({
  pagesShared: z.number().describe('pages that others share'),
  pagesSharing: z.number().describe('pages that were freed by sharing'),
  pagesUnshared: z.number().describe('looked at again and again, equal to none'),
  pagesVolatile: z.number().describe('changing too quickly'),
  fullScans: z.number(),
  pagesToScan: z.number().describe('pages in one go'),
  sleepMs: z.number().describe('pause between two goes'),
  mergeAcrossNodes: z.boolean().nullable().describe('null = the host has no such switch'),
  savedKiB: kib.describe('pagesSharing x the page size'),
  activity: z.enum(['saving', 'scanning', 'idle', 'unknown']),
  watchedSeconds: z.number().describe('how long the figures were looked at'),
})
export type Ksm = z.infer<typeof ksm>

export const setKsmRequest = z
  .strictObject({
    pagesToScan: z.number().int().min(1).max(1_000_000).optional(),
    sleepMs: z.number().int().min(0).max(600_000).optional(),
    mergeAcrossNodes: z.boolean().optional(),
  })
  .refine((set) => Object.keys(set).length > 0, 'name at least one setting')
export type SetKsmRequest = z.infer<typeof setKsmRequest>

export const setKsmResponse = z.object({ ksm, command: z.string() })

/** The memory of a host as its page shows it. */
export const hostMemoryReport = z.object({
  host: hostSlug,
  sampledMs: z.number().nullable(),
  overcommit: overcommit.nullable().describe('null = the host has not been sampled yet'),
  consumers: z.array(consumer),
  consumersTotal: z.number().int().describe('running domains'),
  restKiB: kib.describe('the same figure of all that are not listed'),
  order: consumerOrder,
  ksm: ksm.nullable(),
  ksmReason: z.string().nullable().describe("libvirt's words where it tells no KSM"),
  commands: z.object({
    memory: z.string(),
    cells: z.string(),
    pages: z.string(),
    ksm: z.string(),
  }),
})
export type HostMemoryReport = z.infer<typeof hostMemoryReport>
