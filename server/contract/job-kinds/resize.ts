import { z } from 'zod'

import { jobKindSpec } from './job-kind.ts'

/** The balloon of a domain moves step by step. */
export const resizeJob = jobKindSpec({
  title: z.object({ domain: z.string(), targetKiB: z.number() }),
  steps: ['resize'],
  detail: z.null(),
  result: z.null(),
  series: [],
})
