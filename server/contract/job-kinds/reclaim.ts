import { z } from 'zod'

import { jobKindSpec } from './job-kind.ts'

/** Memory is taken back from domains of a host by a plan. */
export const reclaimJob = jobKindSpec({
  title: z.object({ host: z.string(), count: z.number() }),
  steps: ['plan', 'shrink', 'watch'],
  detail: z.null(),
  result: z.null(),
  series: [],
})
