import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { createPreset } from '../contract/create.ts'
import type { CreatePreset } from '../contract/create.ts'
import { guarded } from './errors.ts'

/** virt-install lines that people keep under a name; each sees the own ones. */
export class PresetTable {
  readonly #list: StatementSync
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #count: StatementSync

  constructor(db: DatabaseSync) {
    this.#list = db.prepare(
      `select id, name, line, created_ms as createdMs from create_preset
       where user_id = ? order by name collate nocase, id`,
    )
    this.#put = db.prepare(
      `insert into create_preset (id, user_id, name, line, created_ms)
       values (:id, :userId, :name, :line, :createdMs)
       on conflict (user_id, name) do update set line = excluded.line`,
    )
    this.#remove = db.prepare('delete from create_preset where user_id = ? and id = ?')
    this.#count = db.prepare(
      'select count(*) as count from create_preset where user_id = ?',
    )
  }

  list(userId: string): CreatePreset[] {
    return guarded(() => this.#list.all(userId)).map((row) => createPreset.parse(row))
  }

  /** One of the same name is replaced. */
  put(userId: string, preset: CreatePreset): void {
    guarded(() => this.#put.run({ ...preset, userId }))
  }

  count(userId: string): number {
    return Number(guarded(() => this.#count.get(userId))?.count ?? 0)
  }

  /** Whether there was one. */
  remove(userId: string, id: string): boolean {
    return guarded(() => this.#remove.run(userId, id)).changes > 0
  }
}
