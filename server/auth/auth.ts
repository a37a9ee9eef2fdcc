import type { Logger } from 'pino'

import type { ApiToken, Me, Session, User } from '../contract/account.ts'
import { ProblemError } from '../contract/problem.ts'
import { storeProblem } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import { ApiTokens } from './api-tokens.ts'
import type { NewToken } from './api-tokens.ts'
import { LoginAttempts } from './attempts.ts'
import { addressHeader, createLibrary } from './library.ts'
import type { Library } from './library.ts'
import { hashSecret, randomSecret } from './secrets.ts'
import { Users } from './users.ts'
import type { NewUser, UserPatch } from './users.ts'

export interface AuthOptions {
  store: Store
  secret: string
  /** Whether people reach us over https. */
  https: boolean
  logger: Logger
}

interface LoginOrigin {
  address: string | null
  userAgent: string | null
}
interface Credentials {
  username: string
  password: string
}
interface LoggedIn {
  me: Me
  setCookie: string[]
}

/** How exact "last seen" of a session is. Each mark is a write to the disk. */
const seenGrainMs = 60_000

/** Who somebody is: sessions of people, tokens of programs, and the accounts behind them. */
export class Auth {
  readonly #store: Store
  readonly #library: Library
  readonly #users: Users
  readonly #tokens: ApiTokens
  readonly #attempts = new LoginAttempts()
  readonly #logger: Logger
  readonly #listeners = new Set<(userId: string) => void>()

  constructor({ store, secret, https, logger }: AuthOptions) {
    this.#store = store
    this.#library = createLibrary({ database: store.database, secret, https, logger })
    this.#users = new Users(this.#library, store.accounts)
    this.#tokens = new ApiTokens(store.tokens, store.accounts, logger)
    this.#logger = logger
    this.#tidyUp()
  }

  /** Whom these headers stand for; null = nobody. A wrong token is nobody, whatever the cookie says. */
  async identify(headers: Headers): Promise<Me | null> {
    const authorization = headers.get('authorization')
    if (authorization !== null) {
      const token = /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]
      return token ? this.#tokens.identify(token) : null
    }
    const found = await this.#session(headers)
    return found ? meOf(found.user) : null
  }

  needsSetup(): boolean {
    return this.#store.accounts.countAdmins() === 0
  }

  /**
   * Begins the setup: a new token at each start of the server, as long as there is no admin.
   *
   * @returns the token for the setup link, or null when there is nothing to set up
   */
  beginSetup(): string | null {
    if (!this.needsSetup()) {
      this.#store.setupToken.clear()
      return null
    }
    const token = randomSecret()
    this.#store.setupToken.replace(hashSecret(token))
    return token
  }

  async setup(
    request: Credentials & { token: string },
    origin: LoginOrigin,
  ): Promise<LoggedIn> {
    if (!this.needsSetup()) {
      throw new ProblemError('setup_done', {
        detail: 'Ballast is set up already',
        remedy: 'Log in, or ask an admin for an account',
      })
    }
    const forgive = this.#attempts.take(`setup from ${origin.address}`, origin.address)
    const hash = hashSecret(request.token)
    if (!this.#store.setupToken.take(hash)) {
      throw new ProblemError('forbidden', {
        detail: 'This setup link is not valid, or not any more',
        remedy: 'Use the link that the newest start of the server printed on its console',
      })
    }
    forgive()
    const { username, password } = request
    try {
      await this.#users.create({ username, password, role: 'admin' })
    } catch (error) {
      // Nothing came of it, so the link stays good.
      this.#store.setupToken.replace(hash)
      throw storeProblem(error)
    }
    return this.login({ username, password }, origin)
  }

  async login(request: Credentials, origin: LoginOrigin): Promise<LoggedIn> {
    const forgive = this.#attempts.take(request.username, origin.address)
    const headers = new Headers()
    if (origin.address) headers.set(addressHeader, origin.address)
    if (origin.userAgent) headers.set('user-agent', origin.userAgent.slice(0, 300))
    const signedIn = await this.#library.api
      .signInUsername({ body: request, headers, returnHeaders: true })
      .catch((error: unknown) => {
        throw isRefusal(error) ? wrongPassword() : storeProblem(error)
      })
    const user = this.#users.get(signedIn.response.user.id)
    forgive()
    if (user.disabled) {
      await this.#endSession(signedIn.response.token)
      throw new ProblemError('forbidden', {
        detail: `The account ${user.username} is disabled`,
        remedy: 'Ask an admin',
      })
    }
    this.#store.accounts.markLogin(user.id, Date.now())
    return { me: meOf(user), setCookie: signedIn.headers.getSetCookie() }
  }

  async logout(headers: Headers): Promise<{ setCookie: string[] }> {
    const found = await this.#session(headers)
    const out = await this.#library.api.signOut({ headers, returnHeaders: true })
    if (found) this.#changed(found.user.id)
    return { setCookie: out.headers.getSetCookie() }
  }

  async changePassword(
    headers: Headers,
    request: { currentPassword: string; newPassword: string },
  ): Promise<void> {
    const { user, session } = await this.#needSession(headers)
    const forgive = this.#attempts.take(user.username, null)
    if (!(await this.#users.hasPassword(user.id, request.currentPassword))) {
      throw new ProblemError('invalid', {
        detail: 'The current password is wrong',
        issues: [{ path: 'currentPassword', message: 'wrong' }],
      })
    }
    forgive()
    await this.#users.setPassword(user.id, request.newPassword)
    // Whoever came in with the old password is out.
    for (const other of await this.#sessionsOf(user.id)) {
      if (other.token !== session.token) await this.#endSession(other.token)
    }
    this.#changed(user.id)
  }

  /** Newest first. */
  async listSessions(headers: Headers): Promise<Session[]> {
    const { user, session } = await this.#needSession(headers)
    const sessions = await this.#sessionsOf(user.id)
    return sessions
      .map((one) => ({
        id: one.id,
        createdMs: one.createdAt.getTime(),
        seenMs: one.updatedAt.getTime(),
        address: one.ipAddress || null,
        userAgent: one.userAgent || null,
        current: one.token === session.token,
      }))
      .sort((a, b) => b.createdMs - a.createdMs)
  }

  async endSession(headers: Headers, id: string): Promise<void> {
    const { user } = await this.#needSession(headers)
    const found = (await this.#sessionsOf(user.id)).find((one) => one.id === id)
    if (!found) throw new ProblemError('not_found', { detail: 'There is no such session' })
    await this.#endSession(found.token)
    this.#changed(user.id)
  }

  async listUsers(): Promise<User[]> {
    return this.#users.list()
  }

  async createUser(request: NewUser): Promise<User> {
    try {
      return await this.#users.create(request)
    } catch (error) {
      throw storeProblem(error)
    }
  }

  async patchUser(id: string, patch: UserPatch): Promise<User> {
    try {
      return await this.#users.patch(id, patch)
    } catch (error) {
      throw storeProblem(error)
    } finally {
      this.#changed(id)
    }
  }

  async deleteUser(id: string): Promise<void> {
    try {
      await this.#users.remove(id)
    } catch (error) {
      throw storeProblem(error)
    } finally {
      this.#changed(id)
    }
  }

  async listTokens(me: Me): Promise<ApiToken[]> {
    return this.#tokens.list(me)
  }

  async createToken(me: Me, request: NewToken): Promise<{ token: string; info: ApiToken }> {
    return this.#tokens.create(me, request)
  }

  /** For the CLI, which acts as nobody: a token for an account, or for none. */
  createConsoleToken(
    userId: string | null,
    request: NewToken,
  ): { token: string; info: ApiToken } {
    return this.#tokens.createFor(userId, request)
  }

  /** For the CLI: all tokens. */
  listConsoleTokens(): ApiToken[] {
    return this.#tokens.listAll()
  }

  async deleteToken(me: Me, id: string): Promise<void> {
    this.#changed(this.#tokens.remove(me, id))
  }

  onIdentityChange(listener: (userId: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #changed(userId: string): void {
    for (const listener of this.#listeners) listener(userId)
  }

  async #session(headers: Headers) {
    if (!headers.has('cookie')) return null
    const found = await this.#library.api
      .getSession({ headers })
      .catch((error: unknown) => {
        // The library wraps what the database said; its cause is what we can explain.
        const inner = error instanceof Error && error.cause ? error.cause : error
        throw isRefusal(error)
          ? new ProblemError('unauthenticated', { detail: 'Log in' })
          : storeProblem(inner)
      })
    if (!found) return null
    const user = this.#store.accounts.findById(found.user.id)
    if (!user || user.disabled) return null
    this.#markSeen(found.session.id, found.session.updatedAt)
    return { user, session: found.session }
  }

  async #needSession(headers: Headers) {
    const found = headers.has('authorization') ? null : await this.#session(headers)
    if (found) return found
    throw new ProblemError('forbidden', {
      detail: 'This needs the session of a person, not a token',
    })
  }

  async #sessionsOf(userId: string) {
    const { internalAdapter } = await this.#library.$context
    return internalAdapter.listSessions(userId, { onlyActiveSessions: true })
  }

  async #endSession(token: string): Promise<void> {
    const { internalAdapter } = await this.#library.$context
    await internalAdapter.deleteSession(token)
  }

  /** Expired sessions let nobody in; removing them only saves space, so it may fail. */
  #tidyUp(): void {
    try {
      this.#store.accounts.removeExpiredSessions(Date.now())
    } catch (error) {
      this.#logger.warn({ err: error }, 'could not remove expired sessions')
    }
  }

  /** Worth nothing compared with the request itself: a full disk must not lock people out. */
  #markSeen(sessionId: string, seenAt: Date): void {
    if (Date.now() - seenAt.getTime() < seenGrainMs) return
    try {
      this.#store.accounts.markSessionSeen(sessionId, Date.now())
    } catch (error) {
      this.#logger.warn({ err: error }, 'could not note that a session was seen')
    }
  }
}

function meOf({ id, username, role }: User): Me {
  return { id, username, role, via: 'session' }
}

function wrongPassword(): ProblemError {
  return new ProblemError('unauthenticated', { detail: 'Wrong user name or password' })
}

/** better-auth throws its APIError with an HTTP status: 4xx is an answer, the rest a fault. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('statusCode' in error)) return false
  return typeof error.statusCode === 'number' && error.statusCode < 500
}
