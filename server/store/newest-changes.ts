import type { DatabaseSync, StatementSync } from 'node:sqlite'

import type { z } from 'zod'

import { guarded } from './errors.ts'

/** A table with one row a domain: its newest change of one kind, so that undo outlives a restart. */
export class NewestChangeTable<T> {
  readonly #schema: z.ZodType<T>
  readonly #get: StatementSync
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #removeHost: StatementSync

  /** @param name of the table and of the column that holds the change as JSON */
  constructor(db: DatabaseSync, name: 'resize' | 'config_change', schema: z.ZodType<T>) {
    this.#schema = schema
    this.#get = db.prepare(
      `select ${name} as change from ${name} where host = ? and uuid = ?`,
    )
    this.#put = db.prepare(
      `insert into ${name} (host, uuid, ${name}) values (?, ?, ?)
       on conflict (host, uuid) do update set ${name} = excluded.${name}`,
    )
    this.#remove = db.prepare(`delete from ${name} where host = ? and uuid = ?`)
    this.#removeHost = db.prepare(`delete from ${name} where host = ?`)
  }

  get(host: string, uuid: string): T | null {
    const row = guarded(() => this.#get.get(host, uuid))
    return row ? this.#schema.parse(JSON.parse(String(row['change']))) : null
  }

  put(host: string, uuid: string, change: T): void {
    guarded(() => this.#put.run(host, uuid, JSON.stringify(change)))
  }

  remove(host: string, uuid: string): void {
    guarded(() => this.#remove.run(host, uuid))
  }

  removeHost(host: string): void {
    guarded(() => this.#removeHost.run(host))
  }
}
