import type { ChildProcess } from 'node:child_process'

import { hostnamePattern, startScript } from './remote-shell.ts'
import type { SshSettings } from './ssh-arguments.ts'

/** How long the source sends at most, and how much the target takes. */
const sendSeconds = 3
const mostBytes = 512 * 2 ** 20
/** Less says nothing: it went into buffers. */
const leastBytes = 2 ** 20
/** From the last port down that libvirt gives to migrations (qemu.conf): it takes them from below. */
const ports = [49_215, 49_214, 49_213]
/** All of a script: a slow login, and what it does then. */
const wholeMs = 35_000
const usualPatience = { loginMs: 15_000, listenMs: 6_000 }
const bytesPerMiB = 2 ** 20

interface Patience {
  /** How long ssh may take to log in. */
  loginMs: number
  /** A netcat that says nothing so long after that listens in silence. */
  listenMs: number
}

/** What came of a measurement; `words`: what the program said that did not do its part. */
export type LinkSpeed =
  | { mibps: number; bytes: number; seconds: number }
  | {
      failed: 'no-netcat' | 'no-ports' | 'no-way' | 'unclear'
      end: 'source' | 'target'
      words: string
    }

export interface LinkEnds {
  sourceUri: string
  targetUri: string
  /** As the source has to name the target. */
  hostname: string
}

/**
 * How fast bytes go from one host to another, on the way that QEMU would take: the netcat of the target
 * listens on one of libvirt's migration ports, that of the source sends zeroes to it for some seconds,
 * and the target's dd says how many came in which time, counted from the first one.
 */
export function createMeasureLink(
  settings: SshSettings,
  patience: Patience = usualPatience,
): (ends: LinkEnds) => Promise<LinkSpeed> {
  return async ({ sourceUri, targetUri, hostname }) => {
    if (!hostnamePattern.test(hostname)) {
      return { failed: 'no-way', end: 'target', words: `${hostname} is no host name` }
    }
    let refused: LinkSpeed | null = null
    for (const port of ports) {
      for (const listen of [`${port}`, `-p ${port}`]) {
        const target = new Script(targetUri, settings, receiving(listen))
        try {
          // Some take the number for something else, and listen on a port of their own choice.
          if (!(await target.listens(port, patience))) {
            if (!target.loggedIn) return noLogin(target.words, patience.loginMs)
            refused = listenFailure(target.words)
            // Without it no other port will do either.
            if (refused.failed === 'no-netcat') return refused
            continue
          }
          const source = new Script(sourceUri, settings, sending(hostname, port))
          try {
            await source.ended
            const came = await target.endedWithin(5_000)
            return readCopied(came, source.words)
          } finally {
            source.kill()
          }
        } finally {
          target.kill()
        }
      }
    }
    return refused ?? { failed: 'no-ports', end: 'target', words: '' }
  }
}

/**
 * The lines that do the same by hand, for the audit log and for a person to copy; null for what is no
 * host name: a host tells its name itself, and could tell a command in its place.
 */
export function measureLines({ hostname }: Pick<LinkEnds, 'hostname'>): string | null {
  if (!hostnamePattern.test(hostname)) return null
  const [port] = ports
  return (
    `nc -l ${port} | dd of=/dev/null bs=64k & ` +
    `timeout ${sendSeconds} nc ${hostname} ${port} </dev/zero`
  )
}

/**
 * Its first word on stdout, where nothing else of it goes, says that ssh is through. dd begins to count
 * with the byte after the first: how long that was waited for is no part of it.
 */
function receiving(listen: string): string {
  return (
    `echo up; LC_ALL=C; export LC_ALL; timeout 15 nc -n -v -l ${listen} </dev/null | ` +
    `{ head -c 1 >/dev/null; head -c ${mostBytes} | dd of=/dev/null bs=64k; }`
  )
}

function sending(hostname: string, port: number): string {
  return `LC_ALL=C; export LC_ALL; timeout ${sendSeconds} nc -v -w 3 ${hostname} ${port} </dev/zero`
}

/** No port was tried yet, and with another one ssh would do no better. */
function noLogin(words: string, loginMs: number): LinkSpeed {
  const silent = `ssh had not logged in after ${loginMs / 1_000} s`
  return { failed: 'unclear', end: 'target', words: lastLine(words) || silent }
}

function listenFailure(words: string): Exclude<LinkSpeed, { mibps: number }> {
  const missing = lineWith(words, noProgram)
  if (missing) return { failed: 'no-netcat', end: 'target', words: missing }
  const taken = lineWith(words, /in use|denied|permission/i)
  if (taken) return { failed: 'no-ports', end: 'target', words: taken }
  return { failed: 'unclear', end: 'target', words: lastLine(words) }
}

/** @param came the target's words with what dd says @param sent the source's words */
export function readCopied(came: string, sent: string): LinkSpeed {
  const [, bytes, seconds] =
    /^(\d+) bytes .*copied, ([\d.]+(?:e[-+]\d+)?) s/m.exec(came) ?? []
  if (bytes !== undefined && seconds !== undefined && Number(bytes) >= leastBytes) {
    const took = Math.max(1e-6, Number(seconds))
    return {
      mibps: Number(bytes) / bytesPerMiB / took,
      bytes: Number(bytes),
      seconds: took,
    }
  }
  const missing = lineWith(sent, noProgram)
  if (missing) return { failed: 'no-netcat', end: 'source', words: missing }
  const shut = lineWith(
    sent,
    /timed? ?out|no route|unreachable|not known|resol|forward host|refused/i,
  )
  return {
    failed: shut ? 'no-way' : 'unclear',
    end: 'source',
    words: shut ?? (lastLine(sent) || lastLine(came)),
  }
}

const noProgram = /not found|no such file|failed to run command/i

function lineWith(text: string, pattern: RegExp): string | null {
  const line = text.split('\n').find((one) => pattern.test(one))
  return line?.trim().slice(0, 300) ?? null
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)?.slice(0, 300) ?? ''

/** A script that runs on a host, with what it says on stderr. */
class Script {
  readonly #child: ChildProcess
  #words = ''
  #heard: () => void = () => undefined
  #over = false
  readonly #startedMs = Date.now()
  #upMs: number | null = null
  readonly ended: Promise<void>

  constructor(uri: string, settings: SshSettings, script: string) {
    this.#child = startScript(uri, settings, script, { timeoutMs: wholeMs })
    this.#child.stdout?.on('data', () => {
      this.#upMs ??= Date.now()
      this.#heard()
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#words.length < 8_192) this.#words += chunk.toString()
      this.#heard()
    })
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#over = true
        this.#heard()
        resolve()
      }
      this.#child.on('error', (error) => {
        this.#words += error.message
        end()
      })
      this.#child.on('close', end)
    })
  }

  get words(): string {
    return this.#words
  }

  /** The script itself was heard, or what the login wrote before it: ssh is through. */
  get loggedIn(): boolean {
    return this.#upMs !== null
  }

  /**
   * Waits until netcat says that it listens on this port, or says nothing; false when it says another,
   * ends, or ssh does not log in.
   */
  async listens(port: number, { loginMs, listenMs }: Patience): Promise<boolean> {
    for (;;) {
      const said = /listening .*/i.exec(this.#words)
      if (said) {
        // May be read before what was written to stdout earlier.
        this.#upMs ??= Date.now()
        return new RegExp(`\\b${port}\\b`).test(said[0])
      }
      if (this.#over) return false
      const until = this.#upMs === null ? this.#startedMs + loginMs : this.#upMs + listenMs
      const left = until - Date.now()
      if (left <= 0) return this.loggedIn
      await this.#next(left)
    }
  }

  /** All it said, when it has ended; after a while what it said so far. */
  async endedWithin(ms: number): Promise<string> {
    const until = Date.now() + ms
    while (!this.#over && Date.now() < until) await this.#next(until - Date.now())
    return this.#words
  }

  kill(): void {
    if (!this.#over) this.#child.kill()
  }

  #next(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#heard = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
