import { z } from 'zod'

import { jobKindSpec } from './job-kind.ts'

/** A file from the browser becomes a volume. */
export const uploadJob = jobKindSpec({
  title: z.object({ file: z.string(), host: z.string(), pool: z.string() }),
  steps: ['volume', 'transfer'],
  detail: z.null(),
  result: z.object({ volume: z.string().describe('its path on the host') }),
  series: ['doneBytes'],
})
