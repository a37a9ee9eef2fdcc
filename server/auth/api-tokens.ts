import { randomUUID } from 'node:crypto'

import type { Logger } from 'pino'

import { roleAllows, roles } from '../contract/account.ts'
import type { ApiToken, Me, Role } from '../contract/account.ts'
import { ProblemError } from '../contract/problem.ts'
import type { AccountStore } from '../store/accounts.ts'
import type { StoredToken, TokenStore } from '../store/tokens.ts'
import { hashSecret, randomSecret, tokenPrefix } from './secrets.ts'

export interface NewToken {
  name: string
  role: Role
  expiresMs: number | null
}

/** How exact "last used" is. Each mark is a write to the disk. */
const usedGrainMs = 60_000
const maxTokensPerOwner = 100

/** Shown as owner of tokens made with the CLI, which belong to no account. */
const consoleOwner = 'console'

/** Tokens of programs: made, shown once, kept as a hash. */
export class ApiTokens {
  readonly #tokens: TokenStore
  readonly #accounts: AccountStore
  readonly #logger: Logger

  constructor(tokens: TokenStore, accounts: AccountStore, logger: Logger) {
    this.#tokens = tokens
    this.#accounts = accounts
    this.#logger = logger
  }

  /**
   * Whom a token stands for. Its role never exceeds what its owner may do now; null when it is
   * unknown or expired, or its owner is disabled.
   */
  identify(token: string, nowMs = Date.now()): Me | null {
    if (!token.startsWith(tokenPrefix)) return null
    const stored = this.#tokens.findByHash(hashSecret(token))
    if (!stored || (stored.expiresMs !== null && stored.expiresMs <= nowMs)) return null
    const owner = stored.userId === null ? null : this.#accounts.findById(stored.userId)
    if (stored.userId !== null && (!owner || owner.disabled)) return null
    this.#markUsed(stored, nowMs)
    return {
      id: owner?.id ?? `token:${stored.id}`,
      username: `token:${stored.name}`,
      role: owner ? lesser(stored.role, owner.role) : stored.role,
      via: 'token',
    }
  }

  list(me: Me): ApiToken[] {
    return this.#tokens
      .list()
      .filter((token) => me.role === 'admin' || token.userId === me.id)
      .map(describe)
  }

  listAll(): ApiToken[] {
    return this.#tokens.list().map(describe)
  }

  /** @throws ProblemError forbidden when the role is above the creator's own */
  create(me: Me, request: NewToken): { token: string; info: ApiToken } {
    if (!roleAllows(me.role, request.role)) {
      throw new ProblemError('forbidden', {
        detail: `A token can have at most your own role, which is ${me.role}`,
      })
    }
    if (request.expiresMs !== null && request.expiresMs <= Date.now()) {
      throw new ProblemError('invalid', {
        detail: 'The token would have expired already',
        issues: [{ path: 'expiresMs', message: 'must be in the future' }],
      })
    }
    const owner = this.#accounts.findById(me.id)
    const own = this.#tokens.list().filter((token) => token.userId === (owner?.id ?? null))
    if (own.length >= maxTokensPerOwner) {
      throw new ProblemError('conflict', {
        detail: `There are ${own.length} tokens already`,
        remedy: 'Delete some that are no longer used',
      })
    }
    return this.#add(owner?.id ?? null, request)
  }

  /** For the CLI: a token that belongs to an account, or to none (`userId` null). */
  createFor(userId: string | null, request: NewToken): { token: string; info: ApiToken } {
    return this.#add(userId, request)
  }

  /** @returns whose token it was */
  remove(me: Me, id: string): string {
    const token = this.#tokens.list().find((one) => one.id === id)
    const mine = token && (me.role === 'admin' || token.userId === me.id)
    if (!mine || !this.#tokens.remove(id)) {
      throw new ProblemError('not_found', { detail: 'There is no such token' })
    }
    return token.userId ?? `token:${token.id}`
  }

  #add(userId: string | null, request: NewToken): { token: string; info: ApiToken } {
    const token = `${tokenPrefix}${randomSecret()}`
    const kept = { ...request, id: randomUUID(), userId, createdMs: Date.now() }
    this.#tokens.add({ ...kept, hash: hashSecret(token) })
    const owner = userId === null ? null : this.#accounts.findById(userId)
    return {
      token,
      info: describe({ ...kept, usedMs: null, owner: owner?.username ?? null }),
    }
  }

  /** Worth nothing compared with the request itself: a full disk must not lock programs out. */
  #markUsed(token: StoredToken, nowMs: number): void {
    if (token.usedMs !== null && nowMs - token.usedMs < usedGrainMs) return
    try {
      this.#tokens.markUsed(token.id, nowMs)
    } catch (error) {
      this.#logger.warn({ err: error }, 'could not note that a token was used')
    }
  }
}

function lesser(a: Role, b: Role): Role {
  return roles.indexOf(a) < roles.indexOf(b) ? a : b
}

function describe(token: StoredToken): ApiToken {
  const { id, name, role, createdMs, expiresMs, usedMs, owner } = token
  return { id, name, role, createdMs, expiresMs, usedMs, owner: owner ?? consoleOwner }
}
