import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { getLab } from '../lab/index.ts'
import { down, status, up } from '../lab/lifecycle.ts'
import { identify, isAlive, signal, type ProcessId } from '../lab/processes.ts'
import { asProcessEnv, run, until, type Environment } from '../lab/run.ts'
import { labPlace, type LabPlace } from '../lab/state.ts'
import { root } from './ensure.mjs'
import { fail, step } from './steps.mjs'
import { release, stopSignal } from './stop.ts'

/** Who runs the demo, so that a second one finds it and what a killed one left is ended. */
interface Owner {
  demo: ProcessId
  server?: ProcessId
}

const stopped = stopSignal()
const place = labPlace()
const dir = join(place.dir, 'demo')
const ownerFile = join(dir, 'owner.json')

function readOwner(): Owner | undefined {
  try {
    // Written by this file alone.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(readFileSync(ownerFile, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

function writeOwner(owner: Owner): void {
  writeFileSync(ownerFile, JSON.stringify(owner))
}

/** Ends what a killed demo left, and says whether the lab was a demo's. */
function inherit(): boolean {
  if (!existsSync(dir)) return false
  const owner = readOwner()
  if (owner && isAlive(owner.demo))
    throw new Error(`a demo runs already (process ${owner.demo.pid})`)
  if (owner?.server) signal(owner.server, 'SIGKILL')
  rmSync(dir, { recursive: true })
  return true
}

/** The port of BALLAST_PORT, else the first free one from 8080 on. */
async function choosePort(): Promise<number> {
  const wanted = process.env['BALLAST_PORT']
  if (wanted) return Number(wanted)
  for (let port = 8080; port < 8100; port++) {
    const server = createServer()
    server.listen(port, '127.0.0.1')
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (free) return port
  }
  throw new Error('no port from 8080 to 8099 is free: choose one with BALLAST_PORT')
}

async function prepare(env: Environment, password: string): Promise<void> {
  const ballast = (args: string[], input?: string) =>
    run(process.execPath, ['server/cli.mjs', ...args], {
      cwd: root,
      env,
      input,
      timeoutMs: 60_000,
    })
  await ballast(['user', 'add', 'admin', '--role', 'admin', '--password-stdin'], password)
  for (const host of getLab(place).hosts)
    await ballast(['host', 'add', host.uri, '--name', host.name])
}

async function startServer(env: Environment, url: string): Promise<ChildProcess> {
  const log = openSync(join(dir, 'server.log'), 'a')
  const server = spawn(process.execPath, ['server/main.ts'], {
    cwd: root,
    env: asProcessEnv(env),
    stdio: ['ignore', log, log],
    // Ctrl+C is this process's to handle: it stops the server in order.
    detached: true,
  })
  closeSync(log)
  writeOwner({ demo: identify(process.pid)!, server: identify(server.pid ?? 0) })
  await until('the server to start', 60_000, async () => {
    if (server.exitCode !== null || stopped.aborted) return true
    return (await fetch(`${url}/api/v1/health`)).ok
  })
  if (server.exitCode !== null) throw new Error(`the server ended:\n${serverLog()}`)
  return server
}

function serverLog(): string {
  const text = readFileSync(join(dir, 'server.log'), 'utf8')
  return text.trimEnd().split('\n').slice(-20).join('\n')
}

async function stopServer(server: ChildProcess | undefined): Promise<void> {
  if (!server || server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  const timer = setTimeout(() => server.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

function welcome(url: string, password: string): void {
  console.log(`
  Ballast runs at  ${url}
  Log in as        admin
  Password         ${password}

  Three hosts (alpha, beta, gamma) with eight running guests; they take some seconds to boot.
  Change one from outside:  ssh -F ${place.dir}/ssh_config alpha virsh setmem web1 160M --live
  Ctrl+C stops the server and takes the lab down.
`)
}

/** Runs until it is told to stop; answers the process's exit code. */
async function demo(labPlaceOfDemo: LabPlace): Promise<number> {
  const wasUp = (await status(labPlaceOfDemo)).state !== 'down'
  const ours = inherit() || !wasUp
  let server: ChildProcess | undefined
  try {
    const details: string[] = []
    await step('starting the lab: three libvirt hosts and their guests', () =>
      up(labPlaceOfDemo, { waitForGuests: false, say: (line) => details.push(line) }),
    ).catch((error: unknown) => {
      console.error(details.join('\n'))
      throw error
    })
    if (stopped.aborted) return 0
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    writeOwner({ demo: identify(process.pid)! })
    const port = await choosePort()
    const url = `http://127.0.0.1:${port}`
    const password = randomBytes(12).toString('base64url')
    const env: Environment = {
      ...process.env,
      BALLAST_DATA_DIR: join(dir, 'data'),
      BALLAST_HOST: '127.0.0.1',
      BALLAST_PORT: String(port),
      NODE_ENV: 'production',
    }
    await step('adding the hosts and a user', () => prepare(env, password))
    if (stopped.aborted) return 0
    server = await step('starting the server', () => startServer(env, url))
    if (stopped.aborted) return 0
    welcome(url, password)
    const ended = once(server, 'exit', { signal: stopped }).then(
      () => true,
      () => false,
    )
    if (!(await ended)) return 0
    console.error(`the server ended by itself:\n${serverLog()}`)
    return 1
  } finally {
    const running = server
    if (running) await step('stopping the server', () => stopServer(running))
    rmSync(dir, { recursive: true, force: true })
    if (ours) await step('taking the lab down', () => down(labPlaceOfDemo))
    else console.log('The lab was up before the demo and stays up (npm run lab -- down).')
  }
}

try {
  process.exitCode = await demo(place)
} catch (error) {
  release()
  fail(error)
}
release()
