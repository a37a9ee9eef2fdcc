import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { resize } from '../contract/memory.ts'
import type { Resize } from '../contract/memory.ts'
import { guarded } from './errors.ts'

/** The newest memory change of each domain, so that undo outlives a restart. */
export class ResizeTable {
  readonly #get: StatementSync
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #removeHost: StatementSync

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('select resize from resize where host = ? and uuid = ?')
    this.#put = db.prepare(
      `insert into resize (host, uuid, resize) values (?, ?, ?)
       on conflict (host, uuid) do update set resize = excluded.resize`,
    )
    this.#remove = db.prepare('delete from resize where host = ? and uuid = ?')
    this.#removeHost = db.prepare('delete from resize where host = ?')
  }

  get(host: string, uuid: string): Resize | null {
    const row = guarded(() => this.#get.get(host, uuid))
    return row ? resize.parse(JSON.parse(String(row.resize))) : null
  }

  put(host: string, uuid: string, value: Resize): void {
    guarded(() => this.#put.run(host, uuid, JSON.stringify(value)))
  }

  remove(host: string, uuid: string): void {
    guarded(() => this.#remove.run(host, uuid))
  }

  removeHost(host: string): void {
    guarded(() => this.#removeHost.run(host))
  }
}
