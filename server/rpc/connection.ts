import type { Duplex } from 'node:stream'

import { Calls } from './calls.ts'
import type { CallLimits, CallOptions } from './calls.ts'
import { asRpcError, RpcError } from './errors.ts'
import type { Frame } from './framing.ts'
import { FrameReader, MessageType } from './framing.ts'
import { Keepalive } from './keepalive.ts'
import { OpenStreams } from './open-streams.ts'
import type { ArgsOf, Procedure, RetOf } from './procedure.ts'
import { KEEPALIVE_PROGRAM } from './procedure.ts'
import { FrameSender } from './sender.ts'
import type { RpcStream } from './streams.ts'
import { XdrReader } from './xdr.ts'

/** How a connection behaves; every field has a default that suits a libvirt daemon. */
export interface RpcConnectionOptions extends CallLimits {
  /** Called for every message the daemon sends by itself. */
  onEvent?: (program: number, procedure: number, payload: Buffer) => void
  /** Called once, after everything that waited has been settled. */
  onClose?: (reason: RpcError) => void
  /** Called when a reply arrives for a call that was given up: how late it was, in ms. */
  onLateReply?: (procedure: string, lateMs: number) => void
  /** Silence after which a PING is sent. */
  pingIntervalMs?: number
  /** PINGs without an answer after which the peer counts as dead. */
  maxMissedPings?: number
}

/**
 * One conversation with a daemon over a byte stream that is handed in and owned from then
 * on. Calls run in parallel and answers come in any order:
 *
 *   call() ─► [slots: at most 4 slow calls, the rest queues] ─► sender ─► duplex
 *   duplex ─► frames ─┬─ reply  ─► pending[serial] ─► caller
 *                     ├─ stream ─► streams[serial]
 *                     └─ event  ─► onEvent
 *
 * A deadline only forgets a call: the daemon works on, so its slot stays taken until the
 * reply arrives. Any framing error ends the connection, an error reply does not.
 */
export class RpcConnection {
  readonly #duplex: Duplex
  readonly #options: RpcConnectionOptions
  readonly #sender: FrameSender
  readonly #keepalive: Keepalive
  readonly #calls: Calls
  readonly #streams: OpenStreams
  readonly #closed = Promise.withResolvers<void>()
  #endReason: RpcError | null = null

  constructor(duplex: Duplex, options: RpcConnectionOptions = {}) {
    this.#duplex = duplex
    this.#options = options
    this.#sender = new FrameSender(duplex)
    this.#keepalive = new Keepalive({
      intervalMs: options.pingIntervalMs ?? 5_000,
      maxMissed: options.maxMissedPings ?? 5,
      send: (frame) => this.#sender.send(frame),
      onDead: (reason) => this.#end(reason),
    })
    this.#streams = new OpenStreams({
      duplex,
      sender: this.#sender,
      onBlind: (blind) => (this.#keepalive.blind = blind),
    })
    this.#calls = new Calls({
      ...options,
      send: (frame) => this.#sender.send(frame),
      serialTaken: (serial) => this.#streams.has(serial),
    })
    const frames = new FrameReader((frame) => this.#receive(frame))
    duplex.on('data', (chunk: Buffer) => {
      if (this.#endReason) return
      try {
        this.#keepalive.sawLife()
        frames.push(chunk)
      } catch (error) {
        this.#end(asRpcError(error, 'framing'))
      }
    })
    duplex.on('error', (cause) =>
      this.#end(new RpcError('closed', `connection lost: ${cause.message}`, { cause })),
    )
    duplex.on('end', () => this.#end(closedByPeer()))
    duplex.on('close', () => {
      this.#end(closedByPeer())
      this.#closed.resolve()
    })
  }

  /** Why the connection ended, or null while it lives. */
  get endReason(): RpcError | null {
    return this.#endReason
  }

  /** Calls whose answer is still outstanding, forgotten ones included. */
  get pendingCalls(): number {
    return this.#calls.pending
  }

  /** Slots taken by slow calls, forgotten ones included. */
  get busySlots(): number {
    return this.#calls.busySlots
  }

  /** Starts sending PINGs; the peer must have agreed to keepalive before. */
  startKeepalive(): void {
    if (!this.#endReason) this.#keepalive.start()
  }

  /**
   * Calls a procedure and gives its decoded answer. Throws RemoteError with the daemon's
   * words, or RpcError `deadline`, `aborted`, `closed`, `queue-full`, `encode`, `decode`.
   */
  async call<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options?: CallOptions,
  ): Promise<RetOf<P>> {
    const payload = await this.callRaw(procedure, args, options)
    // The codec of the procedure gives its answer's type; a table cannot say so itself.
    return procedure.ret.decode(new XdrReader(payload)) as RetOf<P>
  }

  /** As `call`, but gives the answer's bytes: for decoders of their own (stats columns). */
  async callRaw<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options?: CallOptions,
  ): Promise<Buffer> {
    return (await this.#calls.exchange(procedure, args, options)).payload
  }

  /** Calls a procedure that opens a stream; the stream is live when this resolves. */
  async openStream<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options?: CallOptions,
  ): Promise<{ ret: RetOf<P>; stream: RpcStream }> {
    let opened: RpcStream | null = null
    const frame = await this.#calls.exchange(procedure, args, options, (serial, early) => {
      opened = this.#streams.open(procedure, serial, early)
    })
    if (opened === null) throw new RpcError('stream', `${procedure.name} opened no stream`)
    // As in call().
    const ret = procedure.ret.decode(new XdrReader(frame.payload)) as RetOf<P>
    return { ret, stream: opened }
  }

  /** Ends the connection, settles everything that waits, resolves when the stream is gone. */
  async close(reason = new RpcError('closed', 'the connection was closed')): Promise<void> {
    this.#end(reason)
    await this.#closed.promise
  }

  #receive(frame: Frame): void {
    if (this.#endReason) return
    switch (frame.type) {
      case MessageType.reply:
      case MessageType.replyWithFds:
        return this.#calls.reply(frame)
      case MessageType.event:
        if (frame.program === KEEPALIVE_PROGRAM) return this.#keepalive.receive(frame)
        return this.#options.onEvent?.(frame.program, frame.procedure, frame.payload)
      case MessageType.stream:
      case MessageType.streamHole:
        // Packets of a stream that has ended here are late, not wrong.
        if (!this.#streams.receive(frame)) this.#calls.keepEarly(frame)
        return
      default:
        throw new RpcError('framing', `the peer sent a message of type ${frame.type}`)
    }
  }

  /** The one place where a connection ends. Idempotent. */
  #end(reason: RpcError): void {
    if (this.#endReason) return
    this.#endReason = reason
    this.#keepalive.stop()
    this.#calls.close(reason)
    this.#streams.close(reason)
    this.#sender.close(reason)
    this.#duplex.destroy()
    this.#options.onClose?.(reason)
  }
}

function closedByPeer(): RpcError {
  return new RpcError('closed', 'the peer closed the connection')
}
