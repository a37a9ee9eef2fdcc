import type { z } from 'zod'

import { createJob } from './job-kinds/create.ts'
import { domainJob } from './job-kinds/domain-job.ts'
import { evacuateJob } from './job-kinds/evacuate.ts'
import { fetchJob } from './job-kinds/fetch.ts'
import type { JobKindSpec } from './job-kinds/job-kind.ts'
import { migrationJob } from './job-kinds/migration.ts'
import { reclaimJob, reclaimUndoJob } from './job-kinds/reclaim.ts'
import { resizeJob } from './job-kinds/resize.ts'
import { uploadJob } from './job-kinds/upload.ts'
import type { JobKind } from './job.ts'

/** Each kind of job with what it adds. For the server and the page of a job, not for every page. */
export const jobKinds = {
  migration: migrationJob,
  evacuate: evacuateJob,
  create: createJob,
  upload: uploadJob,
  fetch: fetchJob,
  reclaim: reclaimJob,
  'reclaim-undo': reclaimUndoJob,
  resize: resizeJob,
  'domain-job': domainJob,
} as const satisfies Record<JobKind, JobKindSpec>

type Kinds = typeof jobKinds

export type JobTitle<K extends JobKind> = z.infer<Kinds[K]['title']>
export type JobDetail<K extends JobKind> = z.infer<Kinds[K]['detail']>
export type JobResult<K extends JobKind> = z.infer<Kinds[K]['result']>
export type JobStepName<K extends JobKind> = Kinds[K]['steps'][number]
export type JobColumn<K extends JobKind> = Kinds[K]['series'][number]
