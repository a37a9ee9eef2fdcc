import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { role } from '../contract/account.ts'
import type { Role, User } from '../contract/account.ts'
import { guarded } from './errors.ts'

/**
 * What we ask of the tables of better-auth beside it: reads that it has no call for, and the
 * columns that are ours. Accounts and sessions are made and ended by better-auth alone.
 */
export class AccountStore {
  readonly #list: StatementSync
  readonly #byId: StatementSync
  readonly #byName: StatementSync
  readonly #admins: StatementSync
  readonly #setRole: StatementSync
  readonly #setDisabled: StatementSync
  readonly #loggedIn: StatementSync
  readonly #sessionSeen: StatementSync
  readonly #expired: StatementSync

  constructor(db: DatabaseSync) {
    const select = `select id, username, role, disabled, createdAt, lastLoginAt from "user"`
    const isAdmin = `role = 'admin' and disabled = 0`
    this.#list = db.prepare(`${select} order by username`)
    this.#byId = db.prepare(`${select} where id = ?`)
    this.#byName = db.prepare(`${select} where username = ?`)
    this.#admins = db.prepare(`select count(*) as n from "user" where ${isAdmin}`)
    // The last enabled admin stays one, also when two requests try at the same time.
    const keepsAnAdmin = `not (${isAdmin}) or (select count(*) from "user" where ${isAdmin}) > 1`
    this.#setRole = db.prepare(
      `update "user" set role = :role where id = :id
       and (:role = 'admin' or ${keepsAnAdmin})`,
    )
    this.#setDisabled = db.prepare(
      `update "user" set disabled = :disabled where id = :id
       and (:disabled = 0 or ${keepsAnAdmin})`,
    )
    this.#loggedIn = db.prepare('update "user" set lastLoginAt = ? where id = ?')
    this.#sessionSeen = db.prepare('update session set updatedAt = ? where id = ?')
    this.#expired = db.prepare('delete from session where expiresAt < ?')
  }

  /** By name. */
  list(): User[] {
    return guarded(() => this.#list.all()).map(readUser)
  }

  findById(id: string): User | null {
    const row = guarded(() => this.#byId.get(id))
    return row ? readUser(row) : null
  }

  findByUsername(username: string): User | null {
    const row = guarded(() => this.#byName.get(username))
    return row ? readUser(row) : null
  }

  /** How many admins can log in. */
  countAdmins(): number {
    return Number(guarded(() => this.#admins.get())?.n ?? 0)
  }

  /** False when the user is the last enabled admin (or is gone). */
  setRole(id: string, to: Role): boolean {
    return guarded(() => this.#setRole.run({ id, role: to })).changes === 1
  }

  /** False when the user is the last enabled admin (or is gone). */
  setDisabled(id: string, disabled: boolean): boolean {
    const done = guarded(() => this.#setDisabled.run({ id, disabled: disabled ? 1 : 0 }))
    return done.changes === 1
  }

  markLogin(id: string, atMs: number): void {
    guarded(() => this.#loggedIn.run(new Date(atMs).toISOString(), id))
  }

  markSessionSeen(sessionId: string, atMs: number): void {
    guarded(() => this.#sessionSeen.run(new Date(atMs).toISOString(), sessionId))
  }

  removeExpiredSessions(nowMs: number): void {
    guarded(() => this.#expired.run(new Date(nowMs).toISOString()))
  }
}

function readUser(row: Record<string, unknown>): User {
  return {
    id: String(row.id),
    username: String(row.username),
    role: role.parse(row.role),
    disabled: row.disabled === 1,
    createdMs: Date.parse(String(row.createdAt)),
    lastLoginMs: row.lastLoginAt === null ? null : Date.parse(String(row.lastLoginAt)),
  }
}
