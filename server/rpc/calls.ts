import { asRpcError, RemoteError, RpcError } from './errors.ts'
import type { Frame } from './framing.ts'
import {
  HEADER_BYTES,
  MAX_FRAME_BYTES,
  MessageStatus,
  MessageType,
  writeHeader,
} from './framing.ts'
import type { ArgsOf, Procedure } from './procedure.ts'
import { SlowSlots } from './slots.ts'
import { RpcStream } from './streams.ts'
import { remoteError } from './types.ts'
import { XdrReader, XdrWriter } from './xdr.ts'

/** Bounds of the calls of one connection. */
export interface CallLimits {
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
}

export interface CallOptions {
  /** Milliseconds, queueing included; Infinity for calls that last as long as a migration. */
  deadlineMs?: number
  signal?: AbortSignal
}

interface CallsOptions extends CallLimits {
  send: (frame: Buffer) => void
  /** Whether a stream goes by this serial: an answered call may have left one behind. */
  serialTaken: (serial: number) => boolean
  onLateReply?: (procedure: string, lateMs: number) => void
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
 * The calls of a connection, from the wish to the answer:
 *
 *   exchange() ─► [slots: at most 4 slow calls, the rest queues] ─► send ─► pending[serial] ─► reply()
 *
 * A deadline only forgets a call: the daemon works on, so its slot stays taken until the
 * reply arrives.
 */
export class Calls {
  readonly #options: CallsOptions
  readonly #slots: SlowSlots
  readonly #pending = new Map<number, PendingCall>()
  #lastSerial = 0
  #endReason: RpcError | null = null

  constructor(options: CallsOptions) {
    this.#options = options
    this.#slots = new SlowSlots(options.maxSlowCalls ?? 4, options.maxQueuedCalls ?? 256)
  }

  /** Calls whose answer is still outstanding, forgotten ones included. */
  get pending(): number {
    return this.#pending.size
  }

  /** Slots taken by slow calls, forgotten ones included. */
  get busySlots(): number {
    return this.#slots.taken
  }

  /**
   * Sends a call and gives the frame of its good answer. Throws as RpcConnection.call.
   *
   * @param onAnswer called within the handling of that frame, before any later one is looked at
   */
  async exchange<P extends Procedure>(
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

  /** Takes in an answer. Throws RpcError `framing` when nobody asked. */
  reply(frame: Frame): void {
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
      this.#options.send(
        RpcStream.abortPacket(frame.program, frame.procedure, frame.serial),
      )
    }
  }

  /**
   * Keeps a packet for the stream that a call under way opens: the daemon's main loop may send the
   * first ones before the worker that opened it has sent the answer.
   */
  keepEarly(packet: Frame): void {
    const call = this.#pending.get(packet.serial)
    if (call?.procedure.stream && call.settle) call.early.push(packet)
  }

  /** Settles all that wait. Called once, when the connection has ended. */
  close(reason: RpcError): void {
    this.#endReason = reason
    const calls = [...this.#pending.values()]
    this.#pending.clear()
    for (const call of calls) call.settle?.(reason)
    this.#slots.close(reason)
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
        this.#options.send(bytes)
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
    } while (
      this.#pending.has(this.#lastSerial) ||
      this.#options.serialTaken(this.#lastSerial)
    )
    return this.#lastSerial
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

function abortedError(signal: AbortSignal | undefined): RpcError {
  return new RpcError('aborted', 'the call was aborted', { cause: signal?.reason })
}
