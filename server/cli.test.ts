import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Auth } from './auth/auth.ts'
import { Store } from './store/store.ts'

let dir = ''
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ballast-cli-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** Runs the CLI as a process, as npm does. */
function ballast(args: string[], stdin = ''): Promise<Ran> {
  const env = { ...process.env, BALLAST_DATA_DIR: dir }
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, 'cli.mjs'), ...args],
      { env },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : 0
        done({ code, stdout, stderr })
      },
    )
    child.stdin?.end(stdin)
  })
}

/** The data directory as the server would open it. */
async function inServer<T>(work: (store: Store, auth: Auth) => T | Promise<T>): Promise<T> {
  const store = new Store(join(dir, 'ballast.db'))
  try {
    const logger = pino({ level: 'silent' })
    return await work(
      store,
      new Auth({ store, secret: 'x'.repeat(40), https: false, logger }),
    )
  } finally {
    store.close()
  }
}

const logIn = (username: string, password: string) =>
  inServer((_store, auth) =>
    auth.login({ username, password }, { address: null, userAgent: null }),
  )

// Each run is a process of its own; on a busy machine that takes its time.
describe('ballast', { timeout: 60_000 }, () => {
  test('adds users who can log in, with a given or a made password', async () => {
    const given = await ballast(
      ['user', 'add', 'ada', '--role', 'admin', '--password-stdin'],
      'correct horse\n',
    )
    expect(given).toMatchObject({ code: 0, stdout: 'User ada was added as admin.\n' })
    expect((await logIn('ada', 'correct horse')).me.role).toBe('admin')
    const made = await ballast(['user', 'add', 'bob', '--role', 'viewer', '--json'])
    expect((await logIn('bob', JSON.parse(made.stdout).password)).me.role).toBe('viewer')
    await inServer((_store, auth) => expect(auth.needsSetup()).toBe(false))
  })

  test('lets in again who is locked out', async () => {
    await ballast(['user', 'add', 'ada', '--role', 'admin'])
    await ballast(['user', 'password', 'ada', '--password-stdin'], 'another one')
    await logIn('ada', 'another one')
  })

  test('prints a token that works, and nothing else', async () => {
    const { stdout } = await ballast(['token', 'create', '--role', 'operator'])
    const headers = new Headers({ authorization: `Bearer ${stdout.trim()}` })
    const me = await inServer((_store, auth) => auth.identify(headers))
    expect(me).toMatchObject({ role: 'operator', via: 'token', username: 'token:console' })
  })

  test('adds hosts while a server has the file open', async () => {
    await inServer(async (store) => {
      const uri = 'qemu+ssh://root@alpha.example/system'
      const added = await ballast(['host', 'add', uri])
      expect(added).toMatchObject({ code: 0, stdout: 'Host alpha was added.\n' })
      expect(store.hosts.list()).toMatchObject([{ host: 'alpha', uri, name: 'alpha' }])
      expect((await ballast(['host', 'add', uri])).code).toBe(1)
      const lines = store.audit.list({ limit: 9 }).entries
      expect(lines).toMatchObject([{ who: 'console', action: 'host.add', host: 'alpha' }])
      const probe = { atMs: 1, mibps: 90, bytes: 9, seconds: 1 }
      store.linkProbes.put({ ...probe, source: 'beta', target: 'alpha' })
    })
    const listed = await ballast(['host', 'list', '--json'])
    expect(JSON.parse(listed.stdout)).toHaveLength(1)
    expect((await ballast(['host', 'remove', 'alpha'])).code).toBe(0)
    await inServer(({ linkProbes }) => {
      expect(linkProbes.get('beta', 'alpha')).toBeNull()
    })
  })

  test.each<[string[], number, RegExp]>([
    [['nope'], 2, /no command nope/],
    [['user', 'add'], 2, /needs a name/],
    [['user', 'add', 'ada'], 2, /needs --role/],
    [['user', 'add', 'ada', '--role', 'god'], 2, /role/],
    [['user', 'add', 'ada', 'extra', '--role', 'admin'], 2, /What is extra/],
    [['user', 'add', 'ada', '--role', 'admin', '--password-stdin'], 2, /password/],
    [['user', 'password', 'nobody'], 1, /no user nobody/],
    [['token', 'create', '--role', 'viewer', '--expires', '0d'], 2, /future/],
    [['token', 'create', '--role', 'viewer', '--user', 'nobody'], 1, /no user/],
    [['host', 'add', 'qemu+ssh://-oProxyCommand=x/system'], 1, /cannot begin with/],
    [['host', 'add', 'http://x'], 1, /./],
    [['host', 'add', 'qemu:///system', '--stats-period', 'x'], 2, /statsPeriodSeconds/],
    [['host', 'remove', 'nope'], 1, /no host nope/],
  ])('%j is refused with a reason and no stack', async (args, code, words) => {
    const ran = await ballast(args)
    expect(ran).toMatchObject({ code, stdout: '' })
    expect(ran.stderr).toMatch(words)
    expect(ran.stderr).not.toMatch(/\n {4}at /)
  })

  test('without a command it says what there is', async () => {
    const { code, stdout } = await ballast([])
    expect(code).toBe(0)
    expect(stdout).toContain('host add URI')
  })
})
