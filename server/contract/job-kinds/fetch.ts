import { z } from 'zod'

import { jobKindSpec } from './job-kind.ts'

/** A file from an address becomes a volume. */
export const fetchJob = jobKindSpec({
  title: z.object({ url: z.string(), host: z.string(), pool: z.string() }),
  steps: ['volume', 'transfer', 'checksum'],
  detail: z.null(),
  result: z.object({ volume: z.string().describe('its path on the host') }),
  series: ['doneBytes'],
})
