import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { Duplex } from 'node:stream'

import { fetchHostKey } from './host-key.ts'
import type { LibvirtUri } from './libvirt-uri.ts'
import type { SshSettings } from './ssh-arguments.ts'
import { remoteCommand, sshOptions, sshProgram } from './ssh-arguments.ts'
import { classifySshExit, lastWords } from './ssh-failure.ts'
import { TransportFailure } from './transport-failure.ts'

const STDERR_KEPT_BYTES = 8_192
/** Grace between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 2_000
/** Time for the last bytes of an ssh that has exited to be read. */
const PIPE_GRACE_MS = 1_000

type SshProcess = ChildProcessByStdio<Writable, Readable, Readable>

/**
 * Starts `ssh` for a host and gives its standard input and output as one Duplex. The host's
 * name never reaches a shell. When ssh ends, the Duplex is destroyed with a
 * TransportFailure that says why; destroying the Duplex ends ssh.
 */
export function openSsh(uri: LibvirtUri, settings: SshSettings): Duplex {
  const target = uri.ssh
  if (target === null) throw new TypeError('not an ssh URI')
  const program = sshProgram(target.command, settings)
  const child = spawn(
    program,
    [...sshOptions(target, settings), '--', target.host, remoteCommand(uri)],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
      // Ctrl+C of a terminal goes to all of its group: what is left to do there needs the connection.
      detached: true,
    },
  )
  return new SshDuplex(child, (failure) =>
    failure.code === 'unknown-key' || failure.code === 'changed-key'
      ? withHostKey(failure, uri, settings)
      : Promise.resolve(failure),
  )
}

async function withHostKey(
  failure: TransportFailure,
  uri: LibvirtUri,
  settings: SshSettings,
): Promise<TransportFailure> {
  const hostKey = await fetchHostKey(uri, settings).catch(() => null)
  return new TransportFailure(failure.code, {
    detail: failure.detail,
    hostKey,
    cause: failure.cause,
  })
}

class SshDuplex extends Duplex {
  readonly #child: SshProcess
  readonly #exited = Promise.withResolvers<void>()
  #stderr = Buffer.alloc(0)
  #sawOutput = false
  #closing = false

  constructor(
    child: SshProcess,
    enrich: (failure: TransportFailure) => Promise<TransportFailure>,
  ) {
    super({ allowHalfOpen: false, autoDestroy: false })
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => {
      this.#sawOutput = true
      if (!this.push(chunk)) child.stdout.pause()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      const all = Buffer.concat([this.#stderr, chunk])
      this.#stderr = all.subarray(Math.max(0, all.length - STDERR_KEPT_BYTES))
    })
    // ssh may be gone before it reads: its exit status tells more than EPIPE.
    child.stdin.on('error', () => undefined)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      this.#exited.resolve()
      const detail = cause.message
      this.destroy(
        new TransportFailure(cause.code === 'EAGAIN' ? 'unknown' : 'ssh-missing', {
          detail,
          cause,
        }),
      )
    })
    // A child of ssh (ProxyCommand) may hold standard error open after ssh is gone.
    child.once('exit', () => {
      setTimeout(() => child.stderr.destroy(), PIPE_GRACE_MS).unref()
      setTimeout(() => child.stdout.destroy(), PIPE_GRACE_MS).unref()
    })
    // 'close', not 'exit': by then standard error has been read to its end.
    child.once('close', (code, signal) => {
      this.#exited.resolve()
      if (this.#closing) return
      const stderr = this.#stderr.toString()
      const failure = new TransportFailure(
        classifySshExit({ code, signal, stderr, sawOutput: this.#sawOutput }),
        { detail: lastWords(stderr) },
      )
      void enrich(failure).then((classified) => this.destroy(classified))
    })
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    if (!this.#child.stdin.writable) return done()
    // The error of a dead ssh comes with its exit status, see above.
    this.#child.stdin.write(chunk, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#closing = true
    const child = this.#child
    child.stdin.destroy()
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
      void this.#exited.promise.then(() => clearTimeout(timer))
      // A grandchild (ProxyCommand) may hold the pipes open after ssh is gone.
      child.once('exit', () => {
        child.stdout.destroy()
        child.stderr.destroy()
      })
    }
    // 'close' is emitted only when the process is reaped: no zombie is left behind.
    void this.#exited.promise.then(() => done(error))
  }
}
