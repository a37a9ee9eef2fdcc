import { z } from 'zod'

import { evacuationDetail } from '../evacuation.ts'
import { jobKindSpec } from './job-kind.ts'

/** Many migrations as one job, each a child. */
export const evacuateJob = jobKindSpec({
  title: z.object({ host: z.string(), count: z.number() }),
  steps: ['plan', 'migrate'],
  detail: evacuationDetail.nullable(),
  result: z.null(),
  series: [],
})
