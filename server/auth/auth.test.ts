import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { getMigrations } from 'better-auth/db/migration'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Me } from '../contract/account.ts'
import { ProblemError } from '../contract/problem.ts'
import { Store } from '../store/store.ts'
import { attemptLimits } from './attempts.ts'
import { Auth } from './auth.ts'
import { createLibrary } from './library.ts'

const logger = pino({ level: 'silent' })
const secret = 'k3y-'.repeat(12)
const password = 'correct horse'
const here = { address: '10.0.0.1', userAgent: 'test' }

let dir = ''
let store: Store
let auth: Auth

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-auth-'))
  store = new Store(join(dir, 'ballast.db'))
  auth = new Auth({ store, secret, https: false, logger })
})
afterEach(() => {
  store.close()
  rmSync(dir, { recursive: true, force: true })
})

async function setUp(): Promise<{ me: Me; headers: Headers }> {
  const token = auth.beginSetup() ?? ''
  const { me, setCookie } = await auth.setup({ token, username: 'root', password }, here)
  return { me, headers: cookies(setCookie) }
}

async function logIn(username: string, word = password): Promise<Headers> {
  const { setCookie } = await auth.login({ username, password: word }, here)
  return cookies(setCookie)
}

function cookies(setCookie: string[]): Headers {
  return new Headers({ cookie: setCookie.map((one) => one.split(';')[0]).join('; ') })
}

const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` })

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof ProblemError) return error.code
  throw new Error(`not a problem: ${String(error)}`)
}

describe('the schema', () => {
  test('is what better-auth expects, to the column', async () => {
    const { options } = createLibrary({
      database: store.database,
      secret,
      https: false,
      logger,
    })
    const plan = await getMigrations(options)
    expect(plan.toBeCreated).toEqual([])
    expect(plan.toBeAdded).toEqual([])
    expect(plan.toBeAddedIndexes).toEqual([])
    expect(plan.schemaProblems).toEqual([])
  })
})

describe('setup', () => {
  test('the link makes the first admin and logs in', async () => {
    expect(auth.needsSetup()).toBe(true)
    const { me, headers } = await setUp()
    expect(me).toMatchObject({ username: 'root', role: 'admin', via: 'session' })
    expect(await auth.identify(headers)).toEqual(me)
    expect(auth.needsSetup()).toBe(false)
  })

  test('the link works once, and then there is nothing to set up', async () => {
    const token = auth.beginSetup() ?? ''
    await auth.setup({ token, username: 'root', password }, here)
    const again = auth.setup({ token, username: 'evil', password }, here)
    expect(await codeOf(again)).toBe('setup_done')
    expect(auth.beginSetup()).toBeNull()
  })

  test('of two at the same moment one wins', async () => {
    const token = auth.beginSetup() ?? ''
    const both = await Promise.allSettled([
      auth.setup({ token, username: 'one', password }, here),
      auth.setup({ token, username: 'two', password }, here),
    ])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await auth.listUsers()).toHaveLength(1)
  })

  test('each start makes a new link and the old one is dead', async () => {
    const old = auth.beginSetup() ?? ''
    const fresh = auth.beginSetup() ?? ''
    expect(fresh).not.toBe(old)
    const request = { username: 'root', password }
    expect(await codeOf(auth.setup({ ...request, token: old }, here))).toBe('forbidden')
    await auth.setup({ ...request, token: fresh }, here)
  })

  test('the link outlives a name that is taken', async () => {
    await auth.createUser({ username: 'bob', password, role: 'viewer' })
    const token = auth.beginSetup() ?? ''
    const taken = auth.setup({ token, username: 'bob', password }, here)
    expect(await codeOf(taken)).toBe('conflict')
    await auth.setup({ token, username: 'root', password }, here)
  })

  test('only hashes are kept', async () => {
    const token = auth.beginSetup() ?? ''
    const rows = store.database.prepare('select hash from setup_token').all()
    expect(JSON.stringify(rows)).not.toContain(token)
  })
})

describe('login', () => {
  test('a wrong password and an unknown name are told the same', async () => {
    await setUp()
    const wrong = auth.login({ username: 'root', password: 'wrong' }, here)
    const unknown = auth.login({ username: 'nobody', password: 'wrong' }, here)
    const [a, b] = await Promise.allSettled([wrong, unknown])
    expect(a).toMatchObject({ status: 'rejected', reason: { code: 'unauthenticated' } })
    expect(b).toMatchObject({
      status: 'rejected',
      reason: { message: (a as PromiseRejectedResult).reason.message },
    })
  })

  test.each(["' or 1=1 --", '../../etc', 'ROOT\n', 'x'.repeat(100), '🙂'])(
    'the name %j is nobody',
    async (username) => {
      await setUp()
      expect(await codeOf(auth.login({ username, password }, here))).toBe('unauthenticated')
    },
  )

  test('the cookie is HttpOnly and Lax, and Secure under https', async () => {
    await setUp()
    const plain = await auth.login({ username: 'root', password }, here)
    expect(plain.setCookie[0]).toMatch(/^ballast\.session_token=.*HttpOnly; SameSite=Lax/)
    expect(plain.setCookie[0]).not.toMatch(/Secure/)
    const behindTls = new Auth({ store, secret, https: true, logger })
    const safe = await behindTls.login({ username: 'root', password }, here)
    expect(safe.setCookie[0]).toMatch(/; Secure/)
  })

  test('a cookie with a changed signature is nobody', async () => {
    const { headers } = await setUp()
    const cookie = headers.get('cookie') ?? ''
    const forged = new Headers({ cookie: `${cookie.slice(0, -6)}AAA%3D` })
    expect(await auth.identify(forged)).toBeNull()
    const unsigned = new Headers({ cookie: cookie.split('.').slice(0, 2).join('.') })
    expect(await auth.identify(unsigned)).toBeNull()
  })

  test('a database that fails is a problem with words', async () => {
    const { headers } = await setUp()
    store.database.exec('alter table session rename to gone')
    expect(await codeOf(auth.identify(headers))).toBe('internal')
  })

  test('is limited per account, whatever the address', async () => {
    await setUp()
    for (let n = 0; n < attemptLimits.account; n++) {
      const from = { address: `10.0.0.${n}`, userAgent: null }
      const wrong = auth.login({ username: 'root', password: 'wrong' }, from)
      expect(await codeOf(wrong)).toBe('unauthenticated')
    }
    const right = auth.login({ username: 'ROOT', password }, here)
    expect(await codeOf(right)).toBe('too_many_requests')
  })

  test('guesses at the same moment count too', async () => {
    await setUp()
    const guesses = Array.from({ length: attemptLimits.account + 5 }, () =>
      codeOf(auth.login({ username: 'root', password: 'wrong' }, here)),
    )
    const codes = await Promise.all(guesses)
    expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(5)
  })
})

describe('sessions', () => {
  test('are listed and ended, and the listeners hear of it', async () => {
    const { me, headers } = await setUp()
    const second = await logIn('root')
    const sessions = await auth.listSessions(headers)
    expect(sessions).toHaveLength(2)
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    expect(sessions[0]).toMatchObject({ address: '10.0.0.1', userAgent: 'test' })
    const heard = vi.fn()
    auth.onIdentityChange(heard)
    const other = sessions.find(({ current }) => !current)
    await auth.endSession(headers, other?.id ?? '')
    expect(heard).toHaveBeenCalledWith(me.id)
    expect(await auth.identify(second)).toBeNull()
    expect(await auth.identify(headers)).not.toBeNull()
    expect(await codeOf(auth.endSession(headers, other?.id ?? ''))).toBe('not_found')
  })

  test('of others cannot be ended', async () => {
    const { headers } = await setUp()
    await auth.createUser({ username: 'bob', password, role: 'viewer' })
    const bob = await logIn('bob')
    const [own] = await auth.listSessions(headers)
    expect(await codeOf(auth.endSession(bob, own?.id ?? ''))).toBe('not_found')
  })

  test('end with logout', async () => {
    const { headers } = await setUp()
    const { setCookie } = await auth.logout(headers)
    expect(setCookie[0]).toMatch(/Max-Age=0/)
    expect(await auth.identify(headers)).toBeNull()
    await auth.logout(new Headers())
  })

  test('a new password ends the others', async () => {
    const { headers } = await setUp()
    const other = await logIn('root')
    const wrong = { currentPassword: 'wrong', newPassword: 'new password' }
    expect(await codeOf(auth.changePassword(headers, wrong))).toBe('invalid')
    const right = { currentPassword: password, newPassword: 'new password' }
    await auth.changePassword(headers, right)
    expect(await auth.identify(other)).toBeNull()
    expect(await auth.identify(headers)).not.toBeNull()
    await logIn('root', 'new password')
  })
})

describe('users', () => {
  test('the last admin stays', async () => {
    const { me } = await setUp()
    expect(await codeOf(auth.patchUser(me.id, { role: 'viewer' }))).toBe('conflict')
    expect(await codeOf(auth.patchUser(me.id, { disabled: true }))).toBe('conflict')
    expect(await codeOf(auth.deleteUser(me.id))).toBe('conflict')
    const second = await auth.createUser({ username: 'two', password, role: 'admin' })
    const both = await Promise.allSettled([
      auth.patchUser(me.id, { role: 'viewer' }),
      auth.deleteUser(second.id),
    ])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(store.accounts.countAdmins()).toBe(1)
  })

  test('a disabled one is out at once and cannot come back', async () => {
    await setUp()
    const bob = await auth.createUser({ username: 'bob', password, role: 'operator' })
    const headers = await logIn('bob')
    const { token } = await auth.createToken(
      { id: bob.id, username: 'bob', role: 'operator', via: 'session' },
      { name: 'ci', role: 'viewer', expiresMs: null },
    )
    await auth.patchUser(bob.id, { disabled: true })
    expect(await auth.identify(headers)).toBeNull()
    expect(await auth.identify(bearer(token))).toBeNull()
    const back = auth.login({ username: 'bob', password }, here)
    expect(await codeOf(back)).toBe('forbidden')
    await auth.patchUser(bob.id, { disabled: false })
    expect(await auth.identify(bearer(token))).toMatchObject({ role: 'viewer' })
    await logIn('bob')
  })

  test('a new role holds for the next request', async () => {
    await setUp()
    const bob = await auth.createUser({ username: 'bob', password, role: 'viewer' })
    const headers = await logIn('bob')
    await auth.patchUser(bob.id, { role: 'operator' })
    expect(await auth.identify(headers)).toMatchObject({ role: 'operator' })
  })

  test('a name is there once', async () => {
    await setUp()
    const twice = auth.createUser({ username: 'root', password, role: 'viewer' })
    expect(await codeOf(twice)).toBe('conflict')
    expect(await codeOf(auth.patchUser('none', { role: 'admin' }))).toBe('not_found')
    expect(await codeOf(auth.deleteUser('none'))).toBe('not_found')
  })

  test('a removed one leaves no session and no token', async () => {
    await setUp()
    const bob = await auth.createUser({ username: 'bob', password, role: 'viewer' })
    const headers = await logIn('bob')
    const me = (await auth.identify(headers))!
    await auth.createToken(me, { name: 'ci', role: 'viewer', expiresMs: null })
    await auth.deleteUser(bob.id)
    expect(await auth.identify(headers)).toBeNull()
    expect(store.tokens.list()).toEqual([])
  })
})

describe('tokens', () => {
  const ask = { name: 'ci', role: 'viewer' as const, expiresMs: null }

  test('are shown once and kept as a hash', async () => {
    const { me } = await setUp()
    const { token, info } = await auth.createToken(me, ask)
    expect(token).toMatch(/^blst_[\w-]{43}$/)
    expect(info).toMatchObject({ name: 'ci', owner: 'root', usedMs: null })
    const rows = store.database.prepare('select * from api_token').all()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify(await auth.listTokens(me))).not.toContain(token)
  })

  test('act with their role, under their own name', async () => {
    const { me } = await setUp()
    const { token } = await auth.createToken(me, ask)
    expect(await auth.identify(bearer(token))).toEqual({
      id: me.id,
      username: 'token:ci',
      role: 'viewer',
      via: 'token',
    })
    expect((await auth.listTokens(me))[0]?.usedMs).toBeTypeOf('number')
  })

  test.each(['Bearer blst_wrong', 'Bearer', 'Basic cm9vdDpyb290', 'blst_x', 'Bearer a b'])(
    '%j is nobody, even beside a good cookie',
    async (authorization) => {
      const { headers } = await setUp()
      headers.set('authorization', authorization)
      expect(await auth.identify(headers)).toBeNull()
    },
  )

  test('never have more than their creator, then or later', async () => {
    await setUp()
    const bob = await auth.createUser({ username: 'bob', password, role: 'operator' })
    const me = { id: bob.id, username: 'bob', role: 'operator', via: 'session' } as const
    expect(await codeOf(auth.createToken(me, { ...ask, role: 'admin' }))).toBe('forbidden')
    const { token } = await auth.createToken(me, { ...ask, role: 'operator' })
    await auth.patchUser(bob.id, { role: 'viewer' })
    expect(await auth.identify(bearer(token))).toMatchObject({ role: 'viewer' })
  })

  test('expire', async () => {
    const { me } = await setUp()
    expect(await codeOf(auth.createToken(me, { ...ask, expiresMs: 1 }))).toBe('invalid')
    const { token } = await auth.createToken(me, { ...ask, expiresMs: Date.now() + 60_000 })
    expect(await auth.identify(bearer(token))).not.toBeNull()
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] })
    try {
      expect(await auth.identify(bearer(token))).toBeNull()
    } finally {
      vi.useRealTimers()
    }
  })

  test('are seen and revoked by their owner and by admins', async () => {
    const { me: root } = await setUp()
    const bob = await auth.createUser({ username: 'bob', password, role: 'viewer' })
    const me = { id: bob.id, username: 'bob', role: 'viewer', via: 'session' } as const
    const { info } = await auth.createToken(root, ask)
    const own = await auth.createToken(me, ask)
    expect(await auth.listTokens(me)).toHaveLength(1)
    expect(await auth.listTokens(root)).toHaveLength(2)
    expect(await codeOf(auth.deleteToken(me, info.id))).toBe('not_found')
    await auth.deleteToken(root, own.info.id)
    expect(await auth.identify(bearer(own.token))).toBeNull()
  })

  test('cannot do what is for a person', async () => {
    const { me } = await setUp()
    const { token } = await auth.createToken(me, { ...ask, role: 'admin' })
    const headers = bearer(token)
    const change = { currentPassword: password, newPassword: 'new password' }
    expect(await codeOf(auth.changePassword(headers, change))).toBe('forbidden')
    expect(await codeOf(auth.listSessions(headers))).toBe('forbidden')
  })
})
