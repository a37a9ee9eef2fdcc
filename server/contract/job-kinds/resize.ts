import { z } from 'zod'

import { resize } from '../memory.ts'
import { jobKindSpec } from './job-kind.ts'

/** The balloon of a domain shrinks step by step, and turns back under pressure. */
export const resizeJob = jobKindSpec({
  title: z.object({ domain: z.string(), targetKiB: z.number() }),
  steps: ['resize'],
  detail: z.null(),
  result: z
    .object({
      status: resize.shape.status,
      gaveKiB: z.number(),
      reasons: resize.shape.reasons,
    })
    .nullable(),
  series: ['actualKiB'],
})
