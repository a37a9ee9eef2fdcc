import { RpcError } from './errors.ts'
import type { Frame } from './framing.ts'
import { emptyFrame, MessageStatus, MessageType } from './framing.ts'
import { KEEPALIVE_PROGRAM } from './procedure.ts'

const PING = 1
const PONG = 2

interface KeepaliveOptions {
  intervalMs: number
  maxMissed: number
  send: (frame: Buffer) => void
  onDead: (reason: RpcError) => void
}

/**
 * libvirt's keepalive, both ways: a PING is answered at once; after `intervalMs` of
 * silence we ping ourselves; any byte received counts as life. The peer is dead when
 * `maxMissed` PINGs in a row brought nothing, so after (maxMissed + 1) * intervalMs.
 */
export class Keepalive {
  /**
   * True while we do not read (a stream's reader is slow): silence then says nothing about
   * the peer, but our PINGs still tell it that we live.
   */
  blind = false
  readonly #options: KeepaliveOptions
  #timer: NodeJS.Timeout | undefined
  #missed = 0
  #alive = false

  constructor(options: KeepaliveOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#timer) return
    this.#timer = setInterval(() => this.#tick(), this.#options.intervalMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  sawLife(): void {
    this.#alive = true
    this.#missed = 0
  }

  receive(frame: Frame): void {
    if (frame.procedure === PING) this.#options.send(keepaliveFrame(PONG))
  }

  #tick(): void {
    const quiet = !this.#alive
    this.#alive = false
    if (!quiet) return
    if (!this.blind && this.#missed >= this.#options.maxMissed) {
      const silentMs = (this.#missed + 1) * this.#options.intervalMs
      this.#options.onDead(
        new RpcError('keepalive', `the daemon has been silent for ${silentMs} ms`),
      )
      return
    }
    this.#missed++
    this.#options.send(keepaliveFrame(PING))
  }
}

function keepaliveFrame(procedure: number): Buffer {
  return emptyFrame({
    program: KEEPALIVE_PROGRAM,
    procedure,
    type: MessageType.event,
    serial: 0,
    status: MessageStatus.ok,
  })
}
