import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { forecastRun } from '../contract/forecast.ts'
import type { ForecastRun } from '../contract/forecast.ts'
import { guarded } from './errors.ts'

/** The model learns from the newest ones only. */
const mostRead = 200

/** Moves with what was expected of them and what came, newest first. */
export class ForecastRunTable {
  readonly #recent: StatementSync
  readonly #put: StatementSync
  /** Read once: they are looked at with every forecast. */
  #runs: ForecastRun[] | null = null

  constructor(db: DatabaseSync) {
    this.#recent = db.prepare(
      'select run from forecast_run order by started_ms desc limit ?',
    )
    this.#put = db.prepare(
      `insert into forecast_run (id, started_ms, source, target, uuid, run)
       values (?, ?, ?, ?, ?, ?) on conflict (id) do update set run = excluded.run`,
    )
  }

  /** The newest runs. One that an older or newer Ballast wrote otherwise is left out. */
  recent(): readonly ForecastRun[] {
    this.#runs ??= guarded(() => this.#recent.all(mostRead)).flatMap(({ run }) => {
      const parsed = forecastRun.safeParse(JSON.parse(String(run)))
      return parsed.success ? [parsed.data] : []
    })
    return this.#runs
  }

  put(run: ForecastRun): void {
    const { id, startedMs, source, target, uuid } = run
    guarded(() => this.#put.run(id, startedMs, source, target, uuid, JSON.stringify(run)))
    this.#runs = null
  }
}
