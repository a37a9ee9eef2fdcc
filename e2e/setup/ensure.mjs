// Plain JavaScript for Node 20: this runs before any package is installed.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

import { doneSteps, quietly, step } from './steps.mjs'

export { ensureDebian, PACKAGES } from './debian.mjs'

export const root = resolve(
  import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  '../..',
)

/** The Node that runs everything but this folder. It comes with the npm packages. */
export function node24() {
  return join(root, 'node_modules/.bin/node')
}

/**
 * Whether what is installed is what package-lock.json names. By content and not by time: a checkout
 * sets times anew. Optional packages may be missing, they are for other platforms.
 */
export function isInstalled(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true
    const found = installed.packages[path]
    return found ? found.version === wanted.version : Boolean(wanted.optional)
  })
}

/**
 * Links the packaged Node where npm left it unlinked: npm 10, which comes with Node 20, takes the
 * link away again together with the package of the other platform, whose program has the same name.
 * Does nothing where it is linked or where this platform has no package.
 */
export function linkNode(base) {
  const name = `node-${process.platform}-${process.arch}`
  const program = join(base, 'node_modules', name, 'bin/node')
  const link = join(base, 'node_modules/.bin/node')
  if (existsSync(link) || !existsSync(program)) return
  mkdirSync(join(base, 'node_modules/.bin'), { recursive: true })
  chmodSync(program, 0o755)
  rmSync(link, { force: true }) // One that leads nowhere.
  symlinkSync(join('..', name, 'bin/node'), link)
}

function npmIsCurrent() {
  try {
    const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'))
    const current = isInstalled(
      read('package-lock.json'),
      read('node_modules/.package-lock.json'),
    )
    return current && existsSync(node24())
  } catch {
    return false // Not installed, or only half.
  }
}

/** Installs the npm packages if they are missing or of another package-lock.json. */
export async function ensureNpm() {
  linkNode(root)
  if (npmIsCurrent()) return
  // Not with the Node that is about to be replaced.
  const own = join(root, 'node_modules/.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== own)
  const env = { ...process.env, PATH: path.join(delimiter) }
  const flags = ['--no-audit', '--no-fund', '--include=dev', '--include=optional']
  await step('installing npm packages', async () => {
    try {
      await quietly('npm', ['ci', ...flags], { cwd: root, env })
    } catch (error) {
      // `npm ci` wants the packages of every platform in the lock file. Where the registry that
      // wrote it does not carry them all, `install` takes the same versions and is content.
      if (!error.output?.includes('in sync')) throw error
      await quietly('npm', ['install', '--no-save', ...flags], { cwd: root, env })
    }
  })
  linkNode(root)
  if (!existsSync(node24()))
    throw new Error(
      `there is no packaged Node 24 for ${process.platform} ${process.arch}: ` +
        'install Node 24.12 or later and put it into node_modules/.bin/node',
    )
}

// Read at the start: it may have ended when the installing is done.
const parent = process.ppid

/**
 * Goes on in a TypeScript file under Node 24 and ends as it ends. The channel between the two tells
 * the other side when this one is killed, so that nothing is left running.
 */
export function continueIn(script, args = []) {
  const child = spawn(node24(), [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
      BALLAST_SETUP_STEPS: JSON.stringify(doneSteps),
    },
  })
  const stop = (why) => child.send({ stop: why }, () => undefined)
  // Ctrl+C reaches both processes by itself; the child ends in its own time.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => stop(signal))
  // A signal to npm alone ends npm and the shell between, which tell nobody.
  const orphaned = () => process.ppid !== parent && stop('orphaned')
  if (process.env.npm_lifecycle_event) setInterval(orphaned, 1000).unref()
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code) => process.exit(code ?? 1))
}
