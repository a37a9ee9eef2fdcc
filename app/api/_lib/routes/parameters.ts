import { z } from 'zod'

import { domainUuid } from '../../../../server/contract/domain.ts'
import { hostSlug } from '../../../../server/contract/host.ts'
import { jobId } from '../../../../server/contract/job.ts'

/** A parameter that may be repeated (host=a&host=b) or have commas (host=a,b). */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) =>
      [value ?? []]
        .flat()
        .flatMap((part) => String(part).split(','))
        .filter(Boolean),
    z.array(item).max(500),
  )

/** JSON text within a query; what is no JSON stays text, which the schema refuses. */
export const asJson = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value) as unknown
    } catch {
      return value
    }
  }, schema)

export const flag = z.stringbool().default(false)
export const id = z.strictObject({ id: z.string().max(100) })
export const host = z.strictObject({ host: hostSlug })
export const jobParams = z.strictObject({ id: jobId })
export const domain = z.strictObject({ host: hostSlug, uuid: domainUuid })
export const span = {
  from: z.coerce.number().describe('epoch ms'),
  to: z.coerce.number().describe('epoch ms'),
}

/** The reply: what was done, as virsh would have done it. */
export const done = z.object({ command: z.string().nullable() })
