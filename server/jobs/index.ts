export { JobInterrupted } from './job-error.ts'
export type {
  JobEnd,
  JobHandle,
  JobPolicy,
  JobSpec,
  JobWork,
  StartedJob,
  StepHandle,
} from './job-handle.ts'
export type { JobBody, JobStore } from './job-store.ts'
export { Jobs } from './jobs.ts'
export { UnkeptJobStore } from './unkept-job-store.ts'
