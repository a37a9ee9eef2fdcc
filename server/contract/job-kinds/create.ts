import { z } from 'zod'

import { createForm } from '../create.ts'
import { hostSlug } from '../host.ts'
import { jobKindSpec } from './job-kind.ts'

/** A new domain: volumes, definition, installation. */
export const createJob = jobKindSpec({
  title: z.object({ name: z.string(), host: z.string() }),
  steps: ['volumes', 'media', 'define', 'start', 'install', 'finish'],
  // What the form was; null in jobs of an older Ballast.
  detail: createForm.nullable(),
  result: z.object({ host: hostSlug, uuid: z.string(), name: z.string() }),
  series: [],
})
