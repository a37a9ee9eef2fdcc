import type { Role, User } from '../contract/account.ts'
import { ProblemError } from '../contract/problem.ts'
import type { AccountStore } from '../store/accounts.ts'
import { isConstraint } from '../store/errors.ts'
import type { Library } from './library.ts'

export interface NewUser {
  username: string
  password: string
  role: Role
}

export interface UserPatch {
  role?: Role
  password?: string
  disabled?: boolean
}

/** The accounts of people. There is always at least one enabled admin once there was one. */
export class Users {
  readonly #library: Library
  readonly #accounts: AccountStore

  constructor(library: Library, accounts: AccountStore) {
    this.#library = library
    this.#accounts = accounts
  }

  list(): User[] {
    return this.#accounts.list()
  }

  /** @throws ProblemError not_found */
  get(id: string): User {
    const user = this.#accounts.findById(id)
    if (!user) throw new ProblemError('not_found', { detail: 'There is no such user' })
    return user
  }

  /** @throws ProblemError conflict when the name is taken */
  async create({ username, password, role }: NewUser): Promise<User> {
    const taken = new ProblemError('conflict', {
      detail: `There is a user ${username} already`,
      issues: [{ path: 'username', message: 'taken' }],
    })
    if (this.#accounts.findByUsername(username)) throw taken
    const { internalAdapter, password: hasher } = await this.#library.$context
    const hash = await hasher.hash(password)
    const created = await internalAdapter
      .createUser(
        {
          username,
          name: username,
          // The library wants one. `.invalid` belongs to nobody (RFC 2606).
          email: `${username}@ballast.invalid`,
          role,
          disabled: false,
        },
        { method: 'admin' },
      )
      .catch((error: unknown) => {
        throw isConstraint(error) ? taken : error
      })
    try {
      await internalAdapter.createAccount({
        userId: created.id,
        accountId: created.id,
        providerId: 'credential',
        password: hash,
      })
    } catch (error) {
      await internalAdapter.deleteUser(created.id)
      throw error
    }
    return this.get(created.id)
  }

  /** @throws ProblemError conflict when it would take away the last enabled admin */
  async patch(id: string, { role, password, disabled }: UserPatch): Promise<User> {
    this.get(id)
    const { internalAdapter, password: hasher } = await this.#library.$context
    const hash = password === undefined ? null : await hasher.hash(password)
    if (role !== undefined && !this.#accounts.setRole(id, role)) throw this.#lastAdmin(id)
    if (disabled !== undefined && !this.#accounts.setDisabled(id, disabled)) {
      throw this.#lastAdmin(id)
    }
    if (hash !== null) await internalAdapter.updatePassword(id, hash)
    if (hash !== null || disabled) await internalAdapter.deleteUserSessions(id)
    return this.get(id)
  }

  /** @throws ProblemError conflict when it is the last enabled admin */
  async remove(id: string): Promise<void> {
    this.get(id)
    if (!this.#accounts.setDisabled(id, true)) throw this.#lastAdmin(id)
    const { internalAdapter } = await this.#library.$context
    await internalAdapter.deleteUser(id)
  }

  /** Whether this is the user's password. Takes as long for a user without one. */
  async hasPassword(id: string, password: string): Promise<boolean> {
    const { internalAdapter, password: hasher } = await this.#library.$context
    const account = await internalAdapter.findCredentialAccount(id)
    if (!account?.password) {
      await hasher.hash(password)
      return false
    }
    return hasher.verify({ hash: account.password, password })
  }

  async setPassword(id: string, password: string): Promise<void> {
    const { internalAdapter, password: hasher } = await this.#library.$context
    await internalAdapter.updatePassword(id, await hasher.hash(password))
  }

  /** Why an update touched nothing: the last admin, or a user removed in between. */
  #lastAdmin(id: string): ProblemError {
    const { username } = this.get(id)
    return new ProblemError('conflict', {
      detail: `${username} is the last admin: nobody could manage Ballast afterwards`,
      remedy: 'Make somebody else an admin first',
    })
  }
}
