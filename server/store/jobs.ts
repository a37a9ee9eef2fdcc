import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { jobLimits, jobLogLine, jobSeries, jobStep, jobSummary } from '../contract/job.ts'
import type { Job, JobLogLine, JobSeries, JobSummary } from '../contract/job.ts'
import { guarded } from './errors.ts'

/** What is kept of a job besides its line in the list. */
interface JobBody {
  steps: Job['steps']
  detail: unknown
  result: unknown
  series: JobSeries
  remembered: unknown
  locks: string[]
}

/** The jobs: one row each, as JSON, and the lines of their logs. */
export class JobTable {
  readonly #insert: StatementSync
  readonly #save: StatementSync
  readonly #list: StatementSync
  readonly #body: StatementSync
  readonly #addLine: StatementSync
  readonly #cutLog: StatementSync
  readonly #log: StatementSync
  readonly #remove: StatementSync

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(
      'insert into job (parent, summary, body) values (:parent, :summary, :body) returning id',
    )
    this.#save = db.prepare(
      'update job set summary = :summary, body = :body where id = :id',
    )
    this.#list = db.prepare('select id, summary from job order by id desc')
    this.#body = db.prepare('select body from job where id = ?')
    this.#addLine = db.prepare(
      `insert into job_log (job, seq, at_ms, level, text)
       select :id, :seq, :atMs, :level, :text where exists (select 1 from job where id = :id)
       on conflict do nothing`,
    )
    this.#cutLog = db.prepare('delete from job_log where job = ? and seq <= ?')
    this.#log = db.prepare(
      'select seq, at_ms as atMs, level, text from job_log where job = ? order by seq',
    )
    this.#remove = db.prepare('delete from job where id = ?')
  }

  /** Gives the new job its number. */
  insert(summary: Omit<JobSummary, 'id'>, body: JobBody): string {
    const row = guarded(() =>
      this.#insert.get({
        parent: summary.parent === null ? null : Number(summary.parent),
        summary: JSON.stringify(summary),
        body: JSON.stringify(body),
      }),
    )
    return String(row?.id)
  }

  save(summary: JobSummary, body: JobBody): void {
    guarded(() =>
      this.#save.run({
        id: Number(summary.id),
        summary: JSON.stringify(summary),
        body: JSON.stringify(body),
      }),
    )
  }

  appendLog(id: string, lines: readonly JobLogLine[]): void {
    guarded(() => {
      for (const { seq, atMs, level, text } of lines) {
        this.#addLine.run({ id: Number(id), seq, atMs, level, text })
      }
      const newest = lines.at(-1)?.seq ?? 0
      this.#cutLog.run(Number(id), newest - jobLimits.logLines)
    })
  }

  /** All that are kept, newest first. A line of an older or newer Ballast that does not fit is left out. */
  list(): JobSummary[] {
    return guarded(() => this.#list.all()).flatMap((row) => {
      const summary = { ...asObject(row.summary), id: String(row.id) }
      return jobSummary.safeParse(summary).data ?? []
    })
  }

  body(id: string): JobBody | null {
    const row = guarded(() => this.#body.get(Number(id)))
    if (!row) return null
    const body = asObject(row.body)
    return {
      steps: jobStep.array().safeParse(body.steps).data ?? [],
      detail: body.detail ?? null,
      result: body.result ?? null,
      series: jobSeries.safeParse(body.series).data ?? { tMs: [], columns: {} },
      remembered: body.remembered ?? null,
      locks: Array.isArray(body.locks) ? body.locks.map(String) : [],
    }
  }

  log(id: string): JobLogLine[] {
    return guarded(() => this.#log.all(Number(id))).map((row) => jobLogLine.parse(row))
  }

  /** Their parts and logs go with them. */
  remove(ids: readonly string[]): void {
    guarded(() => {
      for (const id of ids) this.#remove.run(Number(id))
    })
  }
}

function asObject(text: unknown): Record<string, unknown> {
  const value: unknown = JSON.parse(String(text))
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
