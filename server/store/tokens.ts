import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { role } from '../contract/account.ts'
import type { ApiToken, Role } from '../contract/account.ts'
import { guarded } from './errors.ts'

/** A token as it is kept: its hash, never the token. */
export interface StoredToken extends Omit<ApiToken, 'owner'> {
  /** null: made at the console of the machine, belongs to nobody. */
  userId: string | null
  owner: string | null
}

type NewToken = Omit<StoredToken, 'owner' | 'usedMs'> & { hash: string }

/** API tokens, found by the hash of what the program sends. */
export class TokenStore {
  readonly #insert: StatementSync
  readonly #byHash: StatementSync
  readonly #list: StatementSync
  readonly #remove: StatementSync
  readonly #used: StatementSync

  constructor(db: DatabaseSync) {
    const select = `select t.id, t.user_id, t.name, t.role, t.created_ms, t.expires_ms,
      t.used_ms, u.username as owner from api_token t left join "user" u on u.id = t.user_id`
    this.#insert = db.prepare(
      `insert into api_token (id, user_id, name, role, hash, created_ms, expires_ms)
       values (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#byHash = db.prepare(`${select} where t.hash = ?`)
    this.#list = db.prepare(`${select} order by t.created_ms desc, t.id`)
    this.#remove = db.prepare('delete from api_token where id = ?')
    this.#used = db.prepare('update api_token set used_ms = ? where id = ?')
  }

  add(token: NewToken): void {
    const { id, userId, name, hash, createdMs, expiresMs } = token
    guarded(() =>
      this.#insert.run(id, userId, name, token.role, hash, createdMs, expiresMs),
    )
  }

  findByHash(hash: string): StoredToken | null {
    const row = guarded(() => this.#byHash.get(hash))
    return row ? readToken(row) : null
  }

  /** Newest first. */
  list(): StoredToken[] {
    return guarded(() => this.#list.all()).map(readToken)
  }

  /** False when there was none. */
  remove(id: string): boolean {
    return guarded(() => this.#remove.run(id)).changes === 1
  }

  markUsed(id: string, usedMs: number): void {
    guarded(() => this.#used.run(usedMs, id))
  }
}

function readToken(row: Record<string, unknown>): StoredToken {
  return {
    id: String(row.id),
    userId: textOrNull(row.user_id),
    owner: textOrNull(row.owner),
    name: String(row.name),
    role: role.parse(row.role) satisfies Role,
    createdMs: Number(row.created_ms),
    expiresMs: numberOrNull(row.expires_ms),
    usedMs: numberOrNull(row.used_ms),
  }
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}
