import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { inspect, parseArgs } from 'node:util'

import { pino } from 'pino'
import type { z } from 'zod'

import { AuditLog } from './audit/audit-log.ts'
import { Auth } from './auth/auth.ts'
import { ConfigError, loadConfig } from './config.ts'
import { createUserRequest, password, role, username } from './contract/account.ts'
import { addHostRequest } from './contract/host.ts'
import { ProblemError } from './contract/problem.ts'
import { recordHost } from './creation/record-host.ts'
import { makeHostSlug } from './fleet/host-slug.ts'
import { defaultStatsPeriodSeconds } from './fleet/host-store.ts'
import { parseLibvirtUri } from './ssh/libvirt-uri.ts'
import { createOpenTransport } from './ssh/open-transport.ts'
import { DatabaseFileError } from './store/database.ts'
import { Store } from './store/store.ts'

const help = `Usage: npm run -s ballast -- COMMAND [--json]

  user add NAME --role viewer|operator|admin [--password-stdin]
                              without --password-stdin a random password is made and printed
  user password NAME [--password-stdin]
                              sets a new password, enables the account, ends its sessions
  user list
  token create --role viewer|operator|admin [--name NAME] [--user NAME] [--expires 30d|12h|DATE]
                              the token is printed once; --user makes it that account's
  token list
  host add URI [--name NAME] [--host SLUG] [--stats-period SECONDS]
  host remove SLUG
  host list
  host record NAME-OR-URI DIR
                              writes what a host answers into DIR, for virt-install --recorded-host
  virt-install [--connect NAME-OR-URI | --recorded-host DIR] [--] ARGS
                              what virt-install does with ARGS: --print-xml, --print-step, --dry-run

It works on the data directory (BALLAST_DATA_DIR, default ./.ballast), whether the server runs or
not; a running server takes over changes of hosts within two seconds.
Exit codes: 0 done, 1 refused or failed, 2 not understood.`

const options = {
  role: { type: 'string' },
  name: { type: 'string' },
  user: { type: 'string' },
  host: { type: 'string' },
  expires: { type: 'string' },
  'stats-period': { type: 'string' },
  'password-stdin': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const roleOption = '--role viewer, operator or admin'

type Options = ReturnType<typeof parse>['values']

/** The command line was not understood. */
class UsageError extends Error {}

interface Context {
  store: Store
  auth: Auth
  audit: AuditLog
  /** The word after the command: a name, a URI, a slug. */
  subject: string | undefined
  /** The word after that, where a command takes two. */
  second: string | undefined
  options: Options
  knownHostsFile: string
}

/** What a command did: said to a person, or as one JSON value. */
interface Outcome {
  lines: string[]
  json: unknown
}

const commands: Record<string, (context: Context) => Outcome | Promise<Outcome>> = {
  'user add': async (context) => {
    const { auth, options: given } = context
    const random = given['password-stdin'] ? null : randomBytes(15).toString('base64url')
    const request = checked(createUserRequest, {
      username: needs(context.subject, 'a name'),
      role: needs(given.role, roleOption),
      password: random ?? (await passwordFromStdin()),
    })
    const user = await auth.createUser(request)
    note(context, 'user.create', { detail: `${user.username}, role ${user.role}` })
    return {
      lines: [
        `User ${user.username} was added as ${user.role}.`,
        ...(random ? [`Password: ${random}`] : []),
      ],
      json: random ? { ...user, password: random } : user,
    }
  },

  'user password': async (context) => {
    const { auth, store, subject, options: given } = context
    const user = findUser(store, needs(subject, 'a name'))
    const random = given['password-stdin'] ? null : randomBytes(15).toString('base64url')
    const fresh = checked(password, random ?? (await passwordFromStdin()))
    const changed = await auth.patchUser(user.id, { password: fresh, disabled: false })
    note(context, 'user.update', { detail: `${user.username}: password` })
    return {
      lines: [
        `${user.username} has a new password; all sessions have ended.`,
        ...(random ? [`Password: ${random}`] : []),
      ],
      json: random ? { ...changed, password: random } : changed,
    }
  },

  'user list': async ({ auth }) => {
    const users = await auth.listUsers()
    const rows = users.map((user) => [
      user.username,
      user.role,
      user.disabled ? 'disabled' : '',
      user.lastLoginMs ? `last login ${isoOf(user.lastLoginMs)}` : 'never logged in',
    ])
    return { lines: table(rows, 'No users yet.'), json: users }
  },

  'token create': (context) => {
    const { auth, store, options: given } = context
    const owner = given.user === undefined ? null : findUser(store, given.user)
    const request = {
      name: given.name?.trim() || 'console',
      role: checked(role, needs(given.role, roleOption)),
      expiresMs: given.expires === undefined ? null : expiryOf(given.expires, Date.now()),
    }
    const { token, info } = auth.createConsoleToken(owner?.id ?? null, request)
    note(context, 'token.create', { detail: `${info.name}, role ${info.role}` })
    return { lines: [token], json: { token, info } }
  },

  'token list': ({ auth }) => {
    const tokens = auth.listConsoleTokens()
    const rows = tokens.map((token) => [
      token.name,
      token.role,
      `of ${token.owner}`,
      token.expiresMs === null ? 'never expires' : `expires ${isoOf(token.expiresMs)}`,
      token.usedMs === null ? 'never used' : `used ${isoOf(token.usedMs)}`,
    ])
    return { lines: table(rows, 'No tokens yet.'), json: tokens }
  },

  'host add': (context) => {
    const { store, subject, options: given } = context
    const period = given['stats-period']
    const request = checked(addHostRequest, {
      uri: needs(subject, 'a libvirt URI'),
      host: given.host,
      name: given.name,
      statsPeriodSeconds: period === undefined ? undefined : Number(period),
    })
    parseLibvirtUri(request.uri)
    const hosts = store.hosts.list()
    const taken = (slug: string) => hosts.some((one) => one.host === slug)
    const same = hosts.find((one) => one.uri === request.uri)
    if (same) throw refusal(`This address is in the list already, as ${same.host}`)
    if (request.host !== undefined && taken(request.host)) {
      throw refusal(`There is a host ${request.host} already`)
    }
    const host = request.host ?? makeHostSlug(request.name, request.uri, taken)
    const record = {
      host,
      uri: request.uri,
      name: request.name ?? host,
      statsPeriodSeconds: request.statsPeriodSeconds ?? defaultStatsPeriodSeconds,
      createdMs: Date.now(),
    }
    store.hosts.put(record)
    note(context, 'host.add', { host, detail: record.uri })
    return { lines: [`Host ${host} was added.`], json: record }
  },

  'host remove': (context) => {
    const { store, subject } = context
    const host = needs(subject, 'a host')
    const record = store.hosts.list().find((one) => one.host === host)
    if (!record) throw refusal(`There is no host ${host}`)
    store.hosts.remove(host)
    // All that a running server would forget with it.
    store.resizes.removeHost(host)
    store.configChanges.removeHost(host)
    store.linkProbes.removeHost(host)
    note(context, 'host.remove', { host, detail: record.uri })
    return { lines: [`Host ${host} was removed.`], json: record }
  },

  'host list': ({ store }) => {
    const hosts = store.hosts.list()
    const rows = hosts.map(({ host, name, uri }) => [host, name, uri])
    return { lines: table(rows, 'No hosts yet.'), json: hosts }
  },

  'host record': async ({ store, subject, second, knownHostsFile }) => {
    const name = needs(subject, 'a host')
    const directory = needs(second, 'a directory')
    const known = store.hosts.list().find((one) => one.host === name)
    if (!known && !name.includes('://')) throw refusal(`There is no host ${name}`)
    const uri = known?.uri ?? name
    parseLibvirtUri(uri)
    const openTransport = createOpenTransport({ knownHostsFile })
    const { domains, pools, volumes, images } = await recordHost(
      uri,
      directory,
      openTransport,
    )
    return {
      lines: [
        `${directory}: ${domains} domains, ${pools} pools, ${volumes} volumes, ${images} images known by their labels.`,
      ],
      json: { directory, domains, pools, volumes, images },
    }
  },
}

/** Commands that take two words. */
const withSecond = new Set(['host record'])

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parse(args)
  if (values.help || positionals.length === 0) {
    console.log(help)
    return
  }
  const [group = '', verb = '', subject, ...more] = positionals
  const command = commands[`${group} ${verb}`]
  if (!command) throw new UsageError(`There is no command ${group} ${verb}`.trimEnd())
  const second = withSecond.has(`${group} ${verb}`) ? more.shift() : undefined
  const rest = more
  if (rest.length > 0) throw new UsageError(`What is ${rest.join(' ')}?`)
  const config = loadConfig()
  const logger = pino({ level: 'silent' })
  const store = new Store(config.databaseFile)
  try {
    const auth = new Auth({ store, secret: config.secret, https: false, logger })
    const audit = new AuditLog(store.audit, logger)
    const outcome = await command({
      store,
      auth,
      audit,
      subject,
      second,
      options: values,
      knownHostsFile: config.knownHostsFile,
    })
    audit.close()
    console.log(values.json ? JSON.stringify(outcome.json) : outcome.lines.join('\n'))
  } finally {
    store.close()
  }
}

/** Leaves a line in the audit log, as the handlers of the API do. */
function note(
  { audit }: Context,
  action: string,
  { host = null, detail }: { host?: string | null; detail: string },
): void {
  const nothing = { address: null, domainUuid: null, domainName: null, command: null }
  audit.add({ ...nothing, who: 'console', action, host, outcome: 'ok', detail })
}

/** The password is what stands on standard input, without the line's end. */
async function passwordFromStdin(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '')
}

function findUser(store: Store, name: string) {
  const user = store.accounts.findByUsername(checked(username, name))
  if (!user) throw refusal(`There is no user ${name}`)
  return user
}

function needs(value: string | undefined, what: string): string {
  if (value === undefined) throw new UsageError(`This needs ${what}`)
  return value
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new UsageError(
    result.error.issues
      .map(({ path, message }) => [...path, message].join(': '))
      .join('\n'),
  )
}

/** `30d`, `12h`, or a date as ISO 8601 has it. @returns epoch ms */
function expiryOf(words: string, nowMs: number): number {
  const span = /^(\d{1,5})([dh])$/.exec(words)
  const hours = span ? Number(span[1]) * (span[2] === 'd' ? 24 : 1) : null
  const atMs = hours === null ? Date.parse(words) : nowMs + hours * 3_600_000
  if (atMs > nowMs) return atMs
  throw new UsageError(`--expires ${words}: give days (30d), hours (12h) or a future date`)
}

function refusal(detail: string): ProblemError {
  return new ProblemError('conflict', { detail })
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

function table(rows: string[][], none: string): string[] {
  if (rows.length === 0) return [none]
  const widths = rows[0]?.map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths?.[n] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Runs a command on the data directory; says what went wrong and sets the exit code. */
export async function runAdmin(args: string[]): Promise<void> {
  try {
    await main(args)
  } catch (error) {
    report(error)
  }
}

function report(error: unknown): void {
  const usage = error instanceof UsageError
  const named =
    error instanceof Error &&
    ['UriError', 'ProblemError', 'TransportFailure', 'LibvirtError'].includes(error.name)
  const expected =
    usage || named || error instanceof ConfigError || error instanceof DatabaseFileError
  console.error(expected && error instanceof Error ? error.message : inspect(error))
  if (usage) console.error('`npm run -s ballast -- --help` lists the commands.')
  process.exitCode = usage ? 2 : 1
}
