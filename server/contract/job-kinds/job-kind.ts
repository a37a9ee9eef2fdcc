import type { z } from 'zod'

/** What one kind of job adds to what all have. */
export interface JobKindSpec {
  /** Values for the words `jobs.title.KIND`: strings and numbers only. */
  title: z.ZodType<Record<string, string | number>>
  /** Its steps in their order; each has words in `jobs.step.KIND.STEP`. */
  steps: readonly string[]
  /** What the page of the job shows besides, while it runs and afterwards. No secrets. */
  detail: z.ZodType
  /** What came out of it. */
  result: z.ZodType
  /** The columns of its series, with the unit in the name. */
  series: readonly string[]
}

/** Keeps the exact types of the parts. */
export function jobKindSpec<const Spec extends JobKindSpec>(spec: Spec): Spec {
  return spec
}
