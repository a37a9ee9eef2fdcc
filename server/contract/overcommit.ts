import { z } from 'zod'

import { hostMemory } from './host.ts'

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
export type MemoryWarningKind = z.infer<typeof memoryWarningKind>

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
