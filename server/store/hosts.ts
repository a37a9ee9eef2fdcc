import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { guarded } from './errors.ts'

/** A host as it is kept. The fleet knows it under the same shape (fleet/host-store.ts). */
export interface StoredHost {
  host: string
  name: string
  uri: string
  statsPeriodSeconds: number
  createdMs: number
}

/** The hosts by slug. */
export class HostTable {
  readonly #list: StatementSync
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #version: StatementSync

  constructor(db: DatabaseSync) {
    this.#list = db.prepare('select * from host order by host')
    this.#put = db.prepare(
      `insert into host (host, name, uri, stats_period_seconds, created_ms)
       values (:host, :name, :uri, :statsPeriodSeconds, :createdMs)
       on conflict (host) do update set name = excluded.name, uri = excluded.uri,
         stats_period_seconds = excluded.stats_period_seconds`,
    )
    this.#remove = db.prepare('delete from host where host = ?')
    this.#version = db.prepare('pragma data_version')
  }

  list(): StoredHost[] {
    return guarded(() => this.#list.all()).map((row) => ({
      host: String(row.host),
      name: String(row.name),
      uri: String(row.uri),
      statsPeriodSeconds: Number(row.stats_period_seconds),
      createdMs: Number(row.created_ms),
    }))
  }

  /** Inserts or replaces. */
  put(record: StoredHost): void {
    const { host, name, uri, statsPeriodSeconds, createdMs } = record
    guarded(() => this.#put.run({ host, name, uri, statsPeriodSeconds, createdMs }))
  }

  remove(host: string): void {
    guarded(() => this.#remove.run(host))
  }

  /** A number that changes when another process (the CLI) wrote to the file. Costs no disk access. */
  outsideVersion(): number {
    return Number(guarded(() => this.#version.get())?.data_version ?? 0)
  }
}
