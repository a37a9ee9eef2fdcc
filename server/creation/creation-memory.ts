import { z } from 'zod'

import { madeThing } from './made-things.ts'

/** What is kept for the next start of Ballast: enough to clean up, or to follow the installation. */
export const creationMemory = z.object({
  host: z.string(),
  name: z.string(),
  uuid: z.string(),
  keepOnFailure: z.boolean(),
  made: z.array(madeThing),
  /** What only the first boot needs: removed in any case. */
  media: z.array(madeThing),
  /** Set once the installer runs: from then on a restart of Ballast goes on with it. */
  installing: z.boolean(),
  restart: z.boolean(),
  deadlineMs: z.number().nullable(),
  /** The `ownLooks` of the Ballast that works on it; earlier releases did not note it. */
  looks: z.string().min(1).nullable().default(null),
})
export type CreationMemory = z.infer<typeof creationMemory>
