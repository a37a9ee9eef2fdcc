import { z } from 'zod'

/** What the table shows of a domain's dirty rate. */
export const rowDirtyRate = z.object({
  rateMiBps: z.number().nullable().describe('null = not measured, or not measurable'),
  measuredMs: z.number().nullable(),
  doubtful: z
    .boolean()
    .describe('0 from RAM blocks so small that QEMU may have left them out'),
})
export type RowDirtyRate = z.infer<typeof rowDirtyRate>
