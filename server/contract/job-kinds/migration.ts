import { z } from 'zod'

import { jobKindSpec } from './job-kind.ts'

/** A domain moves from one host to another. */
export const migrationJob = jobKindSpec({
  title: z.object({ domain: z.string(), from: z.string(), to: z.string() }),
  steps: ['check', 'prepare', 'transfer', 'finish', 'verify'],
  detail: z.null(),
  result: z.null(),
  series: ['remainingBytes', 'transferBytesPerS', 'dirtyBytesPerS'],
})
