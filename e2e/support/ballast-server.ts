import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import type { Role } from '../../server/contract/account.ts'

const root = resolve(import.meta.dirname, '../..')

/** The accounts that every test server has; the password is the same for all. */
export const testPassword = 'correct horse battery'
const accounts: Record<Role, string> = { viewer: 'vera', operator: 'otto', admin: 'ada' }

export interface BallastOptions {
  /** Hosts to add before the start: slug → URI. */
  hosts?: Record<string, string>
  /** Without accounts the first start prints a setup link. */
  accounts?: boolean
  /** An existing data folder, to start a second time on it. */
  dataDir?: string
  /** A free one when left out. */
  port?: number
}

/** A Ballast of the tests' own: the built server as a process, on a free port and a fresh data folder. */
export class BallastServer {
  readonly url: string
  readonly dataDir: string
  private readonly child: ChildProcess
  private output = ''

  private constructor(url: string, dataDir: string, child: ChildProcess) {
    this.url = url
    this.dataDir = dataDir
    this.child = child
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-200_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
  }

  static async start(options: BallastOptions = {}): Promise<BallastServer> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'ballast-e2e-'))
    const port = options.port ?? (await freePort())
    const env: NodeJS.ProcessEnv = {
      ...environmentOf(dataDir),
      BALLAST_HOST: '127.0.0.1',
      BALLAST_PORT: String(port),
    }
    if (options.accounts !== false && !options.dataDir) {
      seeded ??= seed()
      cpSync(await seeded, dataDir, { recursive: true })
    }
    for (const [slug, uri] of Object.entries(options.hosts ?? {})) {
      await cli(env, ['host', 'add', uri, '--name', slug])
    }
    const child = spawn(process.execPath, ['server/main.ts'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const server = new BallastServer(`http://127.0.0.1:${port}`, dataDir, child)
    await server.ready()
    return server
  }

  /** Everything that the server printed, at most the last 200 kB. */
  get log(): string {
    return this.output
  }

  get pid(): number {
    return this.child.pid!
  }

  private async ready(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      if (this.child.exitCode !== null) break
      const answer = await fetch(`${this.url}/api/v1/health`).catch(() => null)
      if (answer?.ok) return
      await delay(100)
    }
    this.child.kill('SIGKILL')
    throw new Error(`Ballast did not start:\n${this.output}`)
  }

  /** Ends the process; `keep` leaves the data folder for a next start. */
  async stop(options: { keep?: boolean; signal?: NodeJS.Signals } = {}): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit')
      this.child.kill(options.signal ?? 'SIGTERM')
      const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(timer)
    }
    if (!options.keep) rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** Logs in by the API and answers the cookie header of that session. */
  async login(role: Role): Promise<string> {
    const answer = await fetch(`${this.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify({ username: accounts[role], password: testPassword }),
    })
    if (!answer.ok)
      throw new Error(`login as ${role}: ${answer.status} ${await answer.text()}`)
    return answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ')
  }

  /** Calls the API with a session's cookie. */
  api(cookie: string, method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        cookie,
        origin: this.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  }
}

/** A data folder with the accounts; made once a process, because hashing three passwords takes its time. */
let seeded: Promise<string> | null = null

async function seed(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ballast-e2e-seed-'))
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const env = environmentOf(dataDir)
  for (const [role, name] of Object.entries(accounts)) {
    await cli(env, ['user', 'add', name, '--role', role, '--password-stdin'], testPassword)
  }
  return dataDir
}

function environmentOf(dataDir: string): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'production', BALLAST_DATA_DIR: dataDir }
}

/** Runs `ballast …` on a data folder. */
async function cli(env: NodeJS.ProcessEnv, args: string[], input = ''): Promise<void> {
  const child = spawn(process.execPath, ['server/cli.mjs', ...args], {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin.end(input)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`ballast ${args.join(' ')}: ${output}`)
}

/** A TCP port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
