import { z } from 'zod'

import { jobKindSpec } from './job-kind.ts'

/** A job that libvirt runs for a domain and that is none of the other kinds, begun by whomever. */
export const domainJob = jobKindSpec({
  title: z.object({
    domain: z.string(),
    operation: z.string().describe('in virsh domjobinfo words, such as save or dump'),
  }),
  steps: ['run'],
  detail: z.null(),
  result: z.null(),
  series: ['remainingBytes'],
})
