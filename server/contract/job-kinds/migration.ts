import { z } from 'zod'

import { migrationColumns, migrationDetail, migrationResult } from '../migration.ts'
import { jobKindSpec } from './job-kind.ts'

/** A domain moves from one host to another. */
export const migrationJob = jobKindSpec({
  title: z.object({ domain: z.string(), from: z.string(), to: z.string() }),
  steps: ['check', 'prepare', 'transfer', 'finish', 'verify'],
  detail: migrationDetail.nullable(),
  result: migrationResult.nullable(),
  series: migrationColumns,
})
