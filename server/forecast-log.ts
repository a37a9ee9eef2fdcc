import type { ForecastRun } from './contract/forecast.ts'
import type { JobSummary, JobWithLog } from './contract/job.ts'
import { migrationDetail } from './contract/migration.ts'
import { runOf } from './migration/run-of.ts'

export interface ForecastLogOptions {
  job(id: string): JobWithLog
  put(run: ForecastRun): void
  failed(error: unknown): void
}

/** Keeps of each move that ended what was expected and what came. To be called at the end of a job. */
export function createForecastLog({
  job,
  put,
  failed,
}: ForecastLogOptions): (ended: JobSummary) => void {
  return ({ id, kind }) => {
    if (kind !== 'migration') return
    try {
      const detail = migrationDetail.safeParse(job(id).job.detail)
      const run = detail.success ? runOf(detail.data) : null
      if (run) put(run)
    } catch (error) {
      // The move itself is over and kept; only the model learns nothing from it.
      failed(error)
    }
  }
}
