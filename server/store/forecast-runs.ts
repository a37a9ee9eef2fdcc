import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { forecastRun } from '../contract/forecast.ts'
import type { ForecastRun, ForecastRunsQuery } from '../contract/forecast.ts'
import { guarded } from './errors.ts'

/** The model learns from the newest ones only. */
const mostRead = 200

/** Moves with what was expected of them and what came, newest first. */
export class ForecastRunTable {
  readonly #recent: StatementSync
  readonly #page: StatementSync
  readonly #count: StatementSync
  readonly #put: StatementSync
  /** Read once: they are looked at with every forecast. */
  #runs: ForecastRun[] | null = null

  constructor(db: DatabaseSync) {
    this.#recent = db.prepare(
      'select run from forecast_run order by started_ms desc limit ?',
    )
    const where = `where (:uuid is null or uuid = :uuid)
       and (:source is null or source = :source) and (:target is null or target = :target)`
    this.#page = db.prepare(
      `select run from forecast_run ${where} order by started_ms desc limit :limit offset :offset`,
    )
    this.#count = db.prepare(`select count(*) as total from forecast_run ${where}`)
    this.#put = db.prepare(
      `insert into forecast_run (id, started_ms, source, target, uuid, run)
       values (?, ?, ?, ?, ?, ?) on conflict (id) do update set run = excluded.run`,
    )
  }

  /** The newest runs. One that an older or newer Ballast wrote otherwise is left out. */
  recent(): readonly ForecastRun[] {
    this.#runs ??= runsIn(guarded(() => this.#recent.all(mostRead)))
    return this.#runs
  }

  /** Some of all that are kept, newest first, and how many there are. */
  page({ uuid, source, target, offset, limit }: ForecastRunsQuery): {
    total: number
    runs: ForecastRun[]
  } {
    const of = { uuid: uuid ?? null, source: source ?? null, target: target ?? null }
    const total = Number(guarded(() => this.#count.get(of))?.['total'] ?? 0)
    return { total, runs: runsIn(guarded(() => this.#page.all({ ...of, offset, limit }))) }
  }

  put(run: ForecastRun): void {
    const { id, startedMs, source, target, uuid } = run
    guarded(() => this.#put.run(id, startedMs, source, target, uuid, JSON.stringify(run)))
    this.#runs = null
  }
}

function runsIn(rows: Record<string, unknown>[]): ForecastRun[] {
  return rows.flatMap(({ run }) => {
    const parsed = forecastRun.safeParse(JSON.parse(String(run)))
    return parsed.success ? [parsed.data] : []
  })
}
