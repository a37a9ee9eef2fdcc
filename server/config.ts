import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { z } from 'zod'

/*
 * The only reader of process.env beside server/virt-install/environment.ts, which is no setting of
 * Ballast's. Everything else gets what it needs handed in.
 */

const origin = z
  .string()
  .refine(isOrigin, 'must be an origin such as https://ballast.example.org, without a path')

const environment = z.object({
  BALLAST_HOST: z.string().min(1).default('127.0.0.1'),
  BALLAST_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a number from 0 to 65535')
    .default(8080),
  BALLAST_DATA_DIR: z.string().min(1).default('./.ballast'),
  BALLAST_PUBLIC_URL: origin.optional(),
  BALLAST_TRUSTED_ORIGINS: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(origin))
    .default([]),
  BALLAST_TRUST_PROXY: z
    .enum(['true', 'false', '1', '0', 'yes', 'no'], 'must be true or false')
    .transform((word) => ['true', '1', 'yes'].includes(word))
    .default(false),
  BALLAST_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  BALLAST_HISTORY_MAX_MIB: z
    .string()
    .regex(/^\d{1,7}$/, 'must be a number of MiB')
    .transform(Number)
    .refine((mib) => mib >= 16, 'must be at least 16')
    .default(16_384),
  BALLAST_FETCH_OWN_ADDRESSES: z
    .enum(['true', 'false', '1', '0', 'yes', 'no'], 'must be true or false')
    .transform((word) => ['true', '1', 'yes'].includes(word))
    .default(false),
  BALLAST_FETCH_MAX_GIB: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'must be a number of GiB')
    .transform(Number)
    .default(64),
  BALLAST_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
})

export interface Config {
  host: string
  port: number
  /** Absolute; exists, and is readable by its owner only. */
  dataDir: string
  databaseFile: string
  historyFile: string
  historyMaxBytes: number
  /** Where accepted SSH host keys are kept, beside those of the user. */
  knownHostsFile: string
  /** Where people reach Ballast, without a slash at the end; null = as host and port say. */
  publicUrl: string | null
  trustedOrigins: string[]
  /** Whether X-Forwarded-* is believed: only right when nobody reaches us but through the proxy. */
  trustProxy: boolean
  /** Files that the server fetches into a pool. */
  fetch: {
    /** Also from this machine itself and its link. */
    allowOwn: boolean
    mostBytes: number
  }
  secret: string
  logLevel: string
  /** Next compiles on demand (npm run dev). */
  development: boolean
}

/** A setting that cannot be used. The message names the variable or the file, and what is wrong with it. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads the settings, makes the data directory, and makes the secret at the first start.
 *
 * @throws ConfigError
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const own = Object.entries(env).filter(
    // `NAME=` in an .env file means the same as leaving the line out.
    ([name, value]) => name.startsWith('BALLAST_') && value !== '',
  )
  const parsed = environment.safeParse(Object.fromEntries(own))
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) => `${String(issue.path[0])}: ${issue.message}`,
    )
    throw new ConfigError(lines.join('\n'))
  }
  const values = parsed.data
  const dataDir = resolve(values.BALLAST_DATA_DIR)
  prepareDataDir(dataDir)
  const publicUrl = values.BALLAST_PUBLIC_URL
    ? new URL(values.BALLAST_PUBLIC_URL).origin
    : null
  const trusted = values.BALLAST_TRUSTED_ORIGINS.map((text) => new URL(text).origin)
  // React and Next choose their build by it when they are loaded, which main does after this.
  const mode = env.NODE_ENV === 'development' ? 'development' : 'production'
  // Next would report to its makers.
  Object.assign(env, { NODE_ENV: mode, NEXT_TELEMETRY_DISABLED: '1' })
  return {
    host: values.BALLAST_HOST,
    port: values.BALLAST_PORT,
    dataDir,
    databaseFile: join(dataDir, 'ballast.db'),
    historyFile: join(dataDir, 'history.db'),
    historyMaxBytes: values.BALLAST_HISTORY_MAX_MIB * 1024 * 1024,
    knownHostsFile: join(dataDir, 'known_hosts'),
    publicUrl,
    trustedOrigins: publicUrl ? [publicUrl, ...trusted] : trusted,
    trustProxy: values.BALLAST_TRUST_PROXY,
    fetch: {
      allowOwn: values.BALLAST_FETCH_OWN_ADDRESSES,
      mostBytes: values.BALLAST_FETCH_MAX_GIB * 2 ** 30,
    },
    secret: values.BALLAST_SECRET ?? readOrMakeSecret(join(dataDir, 'secret')),
    logLevel: values.BALLAST_LOG_LEVEL,
    development: mode === 'development',
  }
}

/** The version of this program, from package.json. */
export function readVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const plain = url.pathname === '/' && !url.search && !url.hash && !url.username
  return plain && (url.protocol === 'http:' || url.protocol === 'https:')
}

function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new ConfigError(`BALLAST_DATA_DIR: cannot use ${dataDir}: ${reason(error)}`, {
      cause: error,
    })
  }
}

/** The key that signs session cookies. Whoever can read it can log in as anybody: 0600. */
function readOrMakeSecret(file: string): string {
  try {
    // `wx` fails when the file is there, so that two starts at once agree on one secret.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, {
      mode: 0o600,
      flag: 'wx',
    })
  } catch (error) {
    if (!isCode(error, 'EEXIST')) {
      throw new ConfigError(`Cannot write ${file}: ${reason(error)}`, { cause: error })
    }
  }
  try {
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
    const secret = readFileSync(file, 'utf8').trim()
    if (secret.length >= 32) return secret
  } catch (error) {
    throw new ConfigError(`Cannot read ${file}: ${reason(error)}`, { cause: error })
  }
  throw new ConfigError(
    `${file} is cut short: remove it and start again (everybody has to log in once more)`,
  )
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
