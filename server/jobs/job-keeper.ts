import { jobIsActive, jobLimits } from '../contract/job.ts'
import type { JobLogLine, JobSummary } from '../contract/job.ts'
import type { JobRecord } from './job-record.ts'
import type { JobBody, JobStore } from './job-store.ts'
import type { JobLogger } from './jobs.ts'

/** How often a job that goes on is written down, and how soon it is tried again after a failure. */
const keepEveryMs = 2000
const retryMs = 5000
const dayMs = 24 * 60 * 60 * 1000

const noBody: JobBody = {
  steps: [],
  detail: null,
  result: null,
  series: { tMs: [], columns: {} },
  remembered: null,
  locks: [],
}

/**
 * Writes jobs into the store: what matters for a restart at once, the rest every few seconds. What the
 * store does not take now (a full disk) waits in memory: a job does not fail because of it.
 */
export class JobKeeper {
  readonly #store: JobStore
  readonly #logger: JobLogger
  readonly #waiting = new Set<JobRecord>()
  #timer: NodeJS.Timeout | null = null

  constructor(store: JobStore, logger: JobLogger) {
    this.#store = store
    this.#logger = logger
  }

  touch(record: JobRecord, when?: 'now'): void {
    this.#waiting.add(record)
    if (when === 'now') this.#write([record])
    this.#timer ??= this.#later(keepEveryMs)
  }

  list(): JobSummary[] {
    return this.#store.list()
  }

  body(id: string): JobBody {
    return this.#store.body(id) ?? noBody
  }

  log(id: string): JobLogLine[] {
    return this.#store.log(id)
  }

  /** The ids that are too many or too old, of `summaries` with the newest first. */
  surplus(summaries: readonly JobSummary[], nowMs: number): string[] {
    const oldestMs = nowMs - jobLimits.keptDays * dayMs
    return summaries
      .filter(
        ({ state, endedMs }, at) =>
          !jobIsActive(state) && (at >= jobLimits.kept || (endedMs ?? nowMs) < oldestMs),
      )
      .map(({ id }) => id)
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#write([...this.#waiting])
  }

  #later(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = null
      this.#write([...this.#waiting])
      if (this.#waiting.size > 0) this.#timer = this.#later(retryMs)
    }, afterMs).unref()
  }

  #write(records: readonly JobRecord[]): void {
    for (const record of records) {
      try {
        this.#store.save(record.summary, record.body())
        record.takeUnkept((lines) => this.#store.appendLog(record.id, lines))
        this.#waiting.delete(record)
      } catch (error) {
        this.#logger.error({ err: error, job: record.id }, 'a job could not be kept yet')
        return
      }
    }
  }
}
