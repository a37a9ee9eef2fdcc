import type { Duplex } from 'node:stream'

import { RpcError, RemoteError } from './errors.ts'
import type { Frame } from './framing.ts'
import {
  FrameReader,
  HEADER_BYTES,
  MAX_FRAME_BYTES,
  MessageStatus,
  MessageType,
  writeHeader,
} from './framing.ts'
import { Keepalive } from './keepalive.ts'
import type { ArgsOf, Procedure, RetOf } from './procedure.ts'
import { KEEPALIVE_PROGRAM } from './procedure.ts'
import { FrameSender } from './sender.ts'
import { SlowSlots } from './slots.ts'
import { RpcStream } from './streams.ts'
import { remoteError } from './types.ts'
import { XdrReader, XdrWriter } from './xdr.ts'

/** How a connection behaves; every field has a default that suits a libvirt daemon. */
export interface RpcConnectionOptions {
  /** Called for every message the daemon sends by itself. */
  onEvent?: (program: number, procedure: number, payload: Buffer) => void
  /** Called once, after everything that waited has been settled. */
  onClose?: (reason: RpcError) => void
  /** Called when a reply arrives for a call that was given up: how late it was, in ms. */
  onLateReply?: (procedure: string, lateMs: number) => void
  /** How long a call may take when it names no deadline of its own. */
  deadlineMs?: number
  /**
   * Calls that are not priority ones under way at once. The daemon stops reading, PINGs
   * included, at five unfinished requests (max_client_requests); four leave it a hand free.
   */
  maxSlowCalls?: number
  /** Slow calls waiting for a slot; the one too many is refused with `queue-full`. */
  maxQueuedCalls?: number
  /** Calls of all kinds whose answer is outstanding. */
  maxPendingCalls?: number
  /** Silence after which a PING is sent. */
  pingIntervalMs?: number
  /** PINGs without an answer after which the peer counts as dead. */
  maxMissedPings?: number
}

export interface CallOptions {
  /** Milliseconds, queueing included; Infinity for calls that last as long as a migration. */
  deadlineMs?: number
  signal?: AbortSignal
}

interface PendingCall {
  readonly procedure: Procedure
  readonly startedMs: number
  /** Null once the caller has given up; the entry stays for the slot it still holds. */
  settle: ((outcome: Frame | RpcError) => void) | null
  /** Packets of the stream that it opens, come before its answer. */
  early: Frame[]
}

/** Called with the packets that came before the answer. */
type OnAnswer = (serial: number, early: readonly Frame[]) => void

const DEFAULT_DEADLINE_MS = 30_000

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
  readonly #slots: SlowSlots
  readonly #keepalive: Keepalive
  readonly #pending = new Map<number, PendingCall>()
  readonly #streams = new Map<number, RpcStream>()
  readonly #closed = Promise.withResolvers<void>()
  #lastSerial = 0
  #paused = 0
  #endReason: RpcError | null = null

  constructor(duplex: Duplex, options: RpcConnectionOptions = {}) {
    this.#duplex = duplex
    this.#options = options
    this.#sender = new FrameSender(duplex)
    this.#slots = new SlowSlots(options.maxSlowCalls ?? 4, options.maxQueuedCalls ?? 256)
    this.#keepalive = new Keepalive({
      intervalMs: options.pingIntervalMs ?? 5_000,
      maxMissed: options.maxMissedPings ?? 5,
      send: (frame) => this.#sender.send(frame),
      onDead: (reason) => this.#end(reason),
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
    return this.#pending.size
  }

  /** Slots taken by slow calls, forgotten ones included. */
  get busySlots(): number {
    return this.#slots.taken
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
    return (await this.#exchange(procedure, args, options)).payload
  }

  /** Calls a procedure that opens a stream; the stream is live when this resolves. */
  async openStream<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options?: CallOptions,
  ): Promise<{ ret: RetOf<P>; stream: RpcStream }> {
    let opened: RpcStream | null = null
    const frame = await this.#exchange(procedure, args, options, (serial, early) => {
      opened = new RpcStream({
        program: procedure.program,
        procedure: procedure.number,
        serial,
        send: (bytes) => this.#sender.send(bytes),
        drained: () => this.#sender.drained(),
        pauseReading: () => this.#pauseReading(),
        resumeReading: () => this.#resumeReading(),
        onEnd: () => void this.#streams.delete(serial),
      })
      this.#streams.set(serial, opened)
      for (const packet of early) opened.receive(packet)
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

  async #exchange<P extends Procedure>(
    procedure: P,
    args: ArgsOf<P>,
    options: CallOptions = {},
    onAnswer?: OnAnswer,
  ): Promise<Frame> {
    const deadlineMs = options.deadlineMs ?? this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS
    // Errors are made in this function, behind the await, and not in the socket's handler:
    // so V8's async stack shows the code that made the call, at no cost to calls that work.
    const outcome = await this.#start(procedure, args, deadlineMs, options.signal, onAnswer)
    if (outcome instanceof RpcError) {
      throw new RpcError(outcome.code, `${procedure.name}: ${outcome.message}`, {
        cause: outcome.cause,
      })
    }
    if (outcome.status === MessageStatus.error) {
      const { message, ...rest } = remoteError.decode(new XdrReader(outcome.payload))
      throw new RemoteError(
        { ...rest, message: message ?? 'unknown error' },
        procedure.name,
      )
    }
    return outcome
  }

  #start(
    procedure: Procedure,
    args: unknown,
    deadlineMs: number,
    signal: AbortSignal | undefined,
    onAnswer: OnAnswer | undefined,
  ): Promise<Frame | RpcError> {
    return new Promise((resolve) => {
      if (this.#endReason) return resolve(this.#endReason)
      if (signal?.aborted) return resolve(abortedError(signal))
      let timer: NodeJS.Timeout | undefined
      let unsent: (() => void) | null = null
      let call: PendingCall | null = null

      const settle = (outcome: Frame | RpcError): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        if (call) call.settle = null
        resolve(outcome)
      }
      const giveUp = (error: RpcError): void => {
        unsent?.()
        settle(error)
      }
      const onAbort = (): void => giveUp(abortedError(signal))

      const send = (): void => {
        unsent = null
        if (this.#endReason) return settle(this.#endReason)
        const serial = this.#nextSerial()
        let bytes: Buffer
        try {
          bytes = encodeCall(procedure, args, serial)
        } catch (error) {
          if (!procedure.priority) this.#slots.release()
          return settle(asRpcError(error, 'encode'))
        }
        const sent: PendingCall = {
          procedure,
          startedMs: performance.now(),
          early: [],
          settle: (outcome) => {
            const answered = !(outcome instanceof RpcError)
            if (answered && outcome.status === MessageStatus.ok) {
              onAnswer?.(serial, sent.early)
            }
            settle(outcome)
          },
        }
        call = sent
        this.#pending.set(serial, sent)
        this.#sender.send(bytes)
      }

      if (this.#pending.size >= (this.#options.maxPendingCalls ?? 4_096)) {
        return resolve(new RpcError('queue-full', 'too many calls await their answer'))
      }
      if (procedure.priority) {
        send()
      } else {
        const queued = this.#slots.acquire(send, settle)
        if (queued === 'full') {
          return resolve(new RpcError('queue-full', 'too many calls wait for a free slot'))
        }
        if (queued !== 'started') unsent = queued.cancel
      }
      if (!call && !unsent) return undefined
      if (deadlineMs !== Infinity) {
        timer = setTimeout(
          () => giveUp(new RpcError('deadline', `no answer within ${deadlineMs} ms`)),
          deadlineMs,
        )
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  #nextSerial(): number {
    do {
      this.#lastSerial = this.#lastSerial === 0xffff_ffff ? 1 : this.#lastSerial + 1
    } while (this.#pending.has(this.#lastSerial) || this.#streams.has(this.#lastSerial))
    return this.#lastSerial
  }

  #receive(frame: Frame): void {
    if (this.#endReason) return
    switch (frame.type) {
      case MessageType.reply:
      case MessageType.replyWithFds:
        return this.#reply(frame)
      case MessageType.event:
        if (frame.program === KEEPALIVE_PROGRAM) return this.#keepalive.receive(frame)
        return this.#options.onEvent?.(frame.program, frame.procedure, frame.payload)
      case MessageType.stream:
      case MessageType.streamHole:
        return this.#streamPacket(frame)
      default:
        throw new RpcError('framing', `the peer sent a message of type ${frame.type}`)
    }
  }

  /**
   * The daemon's main loop may send the first packets of a stream before the worker that opened it
   * has sent the answer: they wait for it. Packets of a stream that has ended here are late, not wrong.
   */
  #streamPacket(frame: Frame): void {
    const stream = this.#streams.get(frame.serial)
    if (stream) return stream.receive(frame)
    const call = this.#pending.get(frame.serial)
    if (call?.procedure.stream && call.settle) call.early.push(frame)
  }

  #reply(frame: Frame): void {
    const call = this.#pending.get(frame.serial)
    if (
      call === undefined ||
      call.procedure.number !== frame.procedure ||
      call.procedure.program !== frame.program
    ) {
      throw new RpcError('framing', `reply ${frame.serial} answers no call`)
    }
    this.#pending.delete(frame.serial)
    if (!call.procedure.priority) this.#slots.release()
    if (call.settle) return call.settle(frame)
    this.#options.onLateReply?.(call.procedure.name, performance.now() - call.startedMs)
    // A stream that nobody waits for any more would keep the daemon busy: abort it.
    if (call.procedure.stream && frame.status === MessageStatus.ok) {
      this.#sender.send(RpcStream.abortPacket(frame.program, frame.procedure, frame.serial))
    }
  }

  #pauseReading(): void {
    if (this.#paused++ === 0) {
      this.#keepalive.blind = true
      this.#duplex.pause()
    }
  }

  #resumeReading(): void {
    if (--this.#paused === 0) {
      this.#keepalive.blind = false
      this.#duplex.resume()
    }
  }

  /** The one place where a connection ends. Idempotent. */
  #end(reason: RpcError): void {
    if (this.#endReason) return
    this.#endReason = reason
    this.#keepalive.stop()
    const calls = [...this.#pending.values()]
    this.#pending.clear()
    for (const call of calls) call.settle?.(reason)
    this.#slots.close(reason)
    for (const stream of this.#streams.values()) stream.fail(reason)
    this.#streams.clear()
    this.#sender.close(reason)
    this.#duplex.destroy()
    this.#options.onClose?.(reason)
  }
}

function encodeCall(procedure: Procedure, args: unknown, serial: number): Buffer {
  const writer = new XdrWriter()
  writer.fixed(BLANK_HEADER)
  procedure.args.encode(writer, args)
  const frame = writer.finish()
  if (frame.length > MAX_FRAME_BYTES) {
    throw new RpcError(
      'encode',
      `the call takes ${frame.length} bytes, too many for a frame`,
    )
  }
  writeHeader(frame, {
    program: procedure.program,
    procedure: procedure.number,
    type: MessageType.call,
    serial,
    status: MessageStatus.ok,
  })
  return frame
}

const BLANK_HEADER = Buffer.alloc(HEADER_BYTES)

function closedByPeer(): RpcError {
  return new RpcError('closed', 'the peer closed the connection')
}

function abortedError(signal: AbortSignal | undefined): RpcError {
  return new RpcError('aborted', 'the call was aborted', { cause: signal?.reason })
}

function asRpcError(error: unknown, code: 'encode' | 'framing'): RpcError {
  if (error instanceof RpcError) return error
  return new RpcError(code, 'a message could not be handled', { cause: error })
}
