import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import type { LibvirtUri } from './libvirt-uri.ts'
import { parseLibvirtUri } from './libvirt-uri.ts'
import type { SshSettings } from './ssh-arguments.ts'
import { sshOptions, sshProgram } from './ssh-arguments.ts'
import { classifySshExit, lastWords } from './ssh-failure.ts'
import type { HostKey } from './transport-failure.ts'
import { TransportFailure } from './transport-failure.ts'

const FETCH_TIMEOUT_MS = 15_000
const LINE = /^(?<host>\S+) (?<type>[a-z0-9@.-]+) (?<key>[A-Za-z0-9+/]+={0,2})$/

/** `SHA256:…` of a key in base64, as ssh-keygen -l prints it. */
export function fingerprint(base64Key: string): string {
  const digest = createHash('sha256')
    .update(Buffer.from(base64Key, 'base64'))
    .digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}

/** Reads a plain known_hosts line (`host type key`); null when it is none. */
export function parseHostKeyLine(line: string): HostKey | null {
  const parts = LINE.exec(line.trim())?.groups
  if (!parts) return null
  return { type: parts.type!, fingerprint: fingerprint(parts.key!), line: line.trim() }
}

/**
 * Asks a host for its key, without logging in and without trusting it: ssh itself does the
 * key exchange, on the very way the real connection takes (port, ssh_config, ProxyJump,
 * which ssh-keyscan would not know), writes the key into an empty known_hosts file of ours
 * and offers no authentication. Throws TransportFailure when there is no key to be had.
 */
export async function fetchHostKey(
  uri: LibvirtUri,
  settings: SshSettings,
): Promise<HostKey> {
  const target = uri.ssh
  if (target === null) throw new TypeError('not an ssh URI')
  const folder = await mkdtemp(join(tmpdir(), 'ballast-key-'))
  try {
    const file = join(folder, 'known_hosts')
    const overrides = [
      `UserKnownHostsFile=${file}`,
      'GlobalKnownHostsFile=none',
      'StrictHostKeyChecking=accept-new',
      'HashKnownHosts=no',
      'CheckHostIP=no',
      'PreferredAuthentications=none',
      'PubkeyAuthentication=no',
    ].flatMap((option) => ['-o', option])
    const options = sshOptions(
      { ...target, knownHostsFile: null },
      { ...settings, knownHostsFile: undefined },
    )
    const exit = await run(sshProgram(target.command, settings), [
      // The first value of an option counts, except for -F, which may come anywhere.
      ...overrides,
      ...options,
      '--',
      target.host,
      'exit',
    ])
    const text = await readFile(file, 'utf8').catch(() => '')
    for (const line of text.split('\n')) {
      const key = parseHostKeyLine(line)
      if (key) return key
    }
    throw new TransportFailure(
      classifySshExit({
        code: exit.code,
        signal: null,
        stderr: exit.stderr,
        sawOutput: false,
      }),
      { detail: lastWords(exit.stderr) },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Fetching and accepting of keys with one installation's settings, for the fleet. */
export function createHostKeys(settings: SshSettings & { knownHostsFile: string }) {
  return {
    /** The key a host shows now, not trusted yet. Throws UriError and TransportFailure. */
    async probe(uriText: string): Promise<HostKey[]> {
      const uri = parseLibvirtUri(uriText)
      if (uri.ssh === null) return []
      return [await fetchHostKey(uri, settings)]
    },
    /** Trusts a key that probe() gave, from now on. */
    accept: (line: string): Promise<void> => acceptHostKey(settings.knownHostsFile, line),
  }
}

let lastWrite: Promise<unknown> = Promise.resolve()

/**
 * Writes a key that a person has accepted into Ballast's known_hosts file. The file is
 * replaced in one step (0600), so that no ssh reads half of it; writers take turns. A key of
 * the same host and type that was there before is replaced.
 */
export function acceptHostKey(knownHostsFile: string, line: string): Promise<void> {
  const key = parseHostKeyLine(line)
  if (!key) throw new TypeError('not a known_hosts line')
  const write = lastWrite.then(() => replaceKey(knownHostsFile, key))
  // Whoever asked for it gets the error; the next write goes ahead.
  lastWrite = write.catch(() => undefined)
  return write
}

async function replaceKey(knownHostsFile: string, key: HostKey): Promise<void> {
  const [host, type] = key.line.split(' ')
  await mkdir(dirname(knownHostsFile), { recursive: true, mode: 0o700 })
  const before = await readFile(knownHostsFile, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  const kept = before.split('\n').filter((each) => {
    const [eachHost, eachType] = each.split(' ')
    return each !== '' && !(eachHost === host && eachType === type)
  })
  const temporary = `${knownHostsFile}.${randomUUID()}`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile([...kept, key.line, ''].join('\n'))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, knownHostsFile)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function run(
  program: string,
  args: string[],
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...process.env, LC_ALL: 'C' },
      timeout: FETCH_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
    } as const
    const child = execFile(program, args, options, (error, _stdout, stderr) => {
      if (error && typeof error.code === 'string') {
        return reject(new TransportFailure('ssh-missing', { detail: error.message }))
      }
      resolve({
        code: child.exitCode,
        stderr: error?.killed ? `${stderr}timed out` : stderr,
      })
    })
    child.stdin?.end()
  })
}
