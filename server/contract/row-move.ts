import { z } from 'zod'

import { hostSlug } from './host.ts'
import { jobId } from './job.ts'

/** Where a move is. `check`: does the guest live on the target? `recover`: putting right what was interrupted. */
export const migrationPhase = z.enum([
  'waiting',
  'begin',
  'prepare',
  'perform',
  'post-copy',
  'finish',
  'confirm',
  'check',
  'recover',
  'ended',
])
export type MigrationPhase = z.infer<typeof migrationPhase>

/** A domain on its way, in its one row of the fleet. */
export const rowMove = z.object({
  job: jobId,
  source: hostSlug,
  target: hostSlug.nullable(),
  phase: migrationPhase,
  progressPercent: z.number(),
})
export type RowMove = z.infer<typeof rowMove>
