import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { guarded } from './errors.ts'

/** The one token of the setup link, by its hash. A new one replaces the old. */
export class SetupTokenStore {
  readonly #clear: StatementSync
  readonly #insert: StatementSync
  readonly #take: StatementSync

  constructor(db: DatabaseSync) {
    this.#clear = db.prepare('delete from setup_token')
    this.#insert = db.prepare('insert into setup_token (hash, created_ms) values (?, ?)')
    this.#take = db.prepare('delete from setup_token where hash = ?')
  }

  replace(hash: string): void {
    guarded(() => {
      this.#clear.run()
      this.#insert.run(hash, Date.now())
    })
  }

  /** True for exactly one caller: the token is gone afterwards. */
  take(hash: string): boolean {
    return guarded(() => this.#take.run(hash)).changes === 1
  }

  clear(): void {
    guarded(() => this.#clear.run())
  }
}
