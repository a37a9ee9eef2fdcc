import type { Job, JobLogLine, JobSeries, JobSummary } from '../contract/job.ts'

/** What is kept of a job besides its line in the list. */
export interface JobBody {
  steps: Job['steps']
  detail: unknown
  result: unknown
  series: JobSeries
  /** For the recoverer. */
  remembered: unknown
  locks: string[]
}

/** Where jobs are kept; server/store/jobs.ts is one. Methods throw ProblemError. */
export interface JobStore {
  /** Gives the new job its number. */
  insert(summary: Omit<JobSummary, 'id'>, body: JobBody): string
  save(summary: JobSummary, body: JobBody): void
  appendLog(id: string, lines: readonly JobLogLine[]): void
  /** All that are kept, newest first. */
  list(): JobSummary[]
  body(id: string): JobBody | null
  log(id: string): JobLogLine[]
  /** Their parts go with them. */
  remove(ids: readonly string[]): void
}
