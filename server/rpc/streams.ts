import { Duplex } from 'node:stream'

import { RemoteError, RpcError } from './errors.ts'
import type { Frame } from './framing.ts'
import {
  emptyFrame,
  HEADER_BYTES,
  MAX_STREAM_DATA_BYTES,
  MessageStatus,
  MessageType,
  writeHeader,
} from './framing.ts'
import { remoteError } from './types.ts'
import type { Wide } from './xdr.ts'
import { XdrReader, XdrWriter } from './xdr.ts'

/** What comes off a stream: bytes, or a hole of that many bytes that read as zero. */
export type StreamItem =
  | { type: 'data'; bytes: Buffer }
  | { type: 'hole'; lengthBytes: number }

/** What a stream needs of its connection. */
export interface StreamLink {
  program: number
  procedure: number
  serial: number
  send: (frame: Buffer) => void
  drained: () => Promise<void>
  pauseReading: () => void
  resumeReading: () => void
  onEnd: () => void
}

/** Bytes waiting for a slow reader before the socket is paused, and resumed again. */
const HIGH_WATER_BYTES = 1_048_576
const LOW_WATER_BYTES = 262_144

/**
 * A stream that a call opened (vol upload and download, screenshot, console). All its
 * packets carry the call's serial:
 *
 *   download   data… ─► empty packet = end ─► we answer OK ─► daemon confirms OK
 *   upload     data… ─► OK ─► daemon confirms OK, or ERROR when writing failed
 *   abort      ERROR, empty ─► daemon confirms
 *
 * A slow reader pauses the whole socket, so give each bulk stream and each console a
 * connection of its own.
 */
export class RpcStream implements AsyncIterable<StreamItem> {
  readonly #link: StreamLink
  readonly #items: StreamItem[] = []
  readonly #confirmed = Promise.withResolvers<void>()
  #queuedBytes = 0
  #paused = false
  #wake: (() => void) | null = null
  #readEnded = false
  #finishing = false
  #ended = false
  #error: RpcError | null = null

  constructor(link: StreamLink) {
    this.#link = link
    // Whoever reads or finishes sees the error; nobody else is obliged to wait for it.
    this.#confirmed.promise.catch(() => undefined)
  }

  /** The packet that tells the daemon to drop a stream. */
  static abortPacket(program: number, procedure: number, serial: number): Buffer {
    return emptyFrame({
      program,
      procedure,
      type: MessageType.stream,
      serial,
      status: MessageStatus.error,
    })
  }

  /** Next item, or null at the end. Throws the daemon's error when the stream failed. */
  async read(): Promise<StreamItem | null> {
    for (;;) {
      const item = this.#items.shift()
      if (item !== undefined) {
        this.#queuedBytes -= item.type === 'data' ? item.bytes.length : 0
        if (this.#paused && this.#queuedBytes <= LOW_WATER_BYTES) this.#resume()
        return item
      }
      if (this.#error) throw this.#error
      if (this.#readEnded || this.#ended) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Reads to the end; leaving the loop early aborts the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamItem> {
    let atEnd = false
    try {
      for (let item = await this.read(); item !== null; item = await this.read()) yield item
      atEnd = true
    } finally {
      if (!atEnd) await this.abort()
    }
  }

  /** Sends bytes in packets the daemon takes; resolves when more may be sent. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += MAX_STREAM_DATA_BYTES) {
      this.#assertWritable()
      this.#send(MessageType.stream, bytes.subarray(at, at + MAX_STREAM_DATA_BYTES))
      await this.#link.drained()
    }
  }

  /** Skips bytes of a sparse upload; only where the call had the sparse flag set. */
  async writeHole(lengthBytes: Wide): Promise<void> {
    this.#assertWritable()
    this.#send(MessageType.streamHole, new XdrWriter(16).i64(lengthBytes).u32(0).finish())
    await this.#link.drained()
  }

  /** Ends our side and waits for the daemon's word that all of it arrived. */
  async finish(): Promise<void> {
    if (!this.#ended && !this.#finishing) {
      this.#finishing = true
      this.#send(MessageType.stream, null, MessageStatus.ok)
    }
    await this.#confirmed.promise
  }

  /** Drops the stream. What was written so far may or may not have arrived. */
  async abort(): Promise<void> {
    if (this.#ended) return
    this.#link.send(
      RpcStream.abortPacket(this.#link.program, this.#link.procedure, this.#link.serial),
    )
    this.#finish(new RpcError('stream', 'the stream was aborted'))
  }

  /** A packet from the connection. */
  receive(frame: Frame): void {
    if (frame.status === MessageStatus.error) {
      // Empty: the daemon confirms or starts an abort. Else it says why it failed.
      if (frame.payload.length === 0) {
        return this.#finish(new RpcError('stream', 'the daemon aborted the stream'))
      }
      const { message, ...rest } = remoteError.decode(new XdrReader(frame.payload))
      return this.#finish(
        new RemoteError({ ...rest, message: message ?? 'stream failed' }, 'stream'),
      )
    }
    if (frame.status === MessageStatus.ok) return this.#finish(null)
    if (frame.type === MessageType.streamHole) {
      const lengthBytes = Number(new XdrReader(frame.payload).i64())
      return this.#push({ type: 'hole', lengthBytes })
    }
    if (frame.payload.length > 0) return this.#push({ type: 'data', bytes: frame.payload })
    this.#readEnded = true
    if (!this.#finishing) {
      this.#finishing = true
      this.#send(MessageType.stream, null, MessageStatus.ok)
    }
    this.#wakeReader()
  }

  /** The connection ended. */
  fail(reason: RpcError): void {
    this.#finish(reason)
  }

  #push(item: StreamItem): void {
    this.#items.push(item)
    this.#queuedBytes += item.type === 'data' ? item.bytes.length : 0
    if (this.#queuedBytes >= HIGH_WATER_BYTES && !this.#paused) {
      this.#paused = true
      this.#link.pauseReading()
    }
    this.#wakeReader()
  }

  #finish(error: RpcError | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    if (error) this.#confirmed.reject(error)
    else this.#confirmed.resolve()
    if (this.#paused) this.#resume()
    this.#link.onEnd()
    this.#wakeReader()
  }

  #resume(): void {
    this.#paused = false
    this.#link.resumeReading()
  }

  #wakeReader(): void {
    this.#wake?.()
    this.#wake = null
  }

  #assertWritable(): void {
    if (this.#error) throw this.#error
    if (this.#ended || this.#finishing) throw new RpcError('stream', 'the stream has ended')
  }

  #send(
    type: number,
    bytes: Uint8Array | null,
    status: number = MessageStatus.continue,
  ): void {
    const { program, procedure, serial } = this.#link
    const frame = Buffer.allocUnsafe(HEADER_BYTES + (bytes?.length ?? 0))
    writeHeader(frame, { program, procedure, type, serial, status })
    if (bytes) frame.set(bytes, HEADER_BYTES)
    this.#link.send(frame)
  }
}

const ZEROES = Buffer.alloc(65_536)

/**
 * The stream as Node's Duplex, for pipes and consoles: holes read as zeroes, `end()` waits
 * for the daemon's confirmation, `destroy()` aborts.
 */
export function toDuplex(stream: RpcStream): Duplex {
  let holeBytes = 0
  let reading = false
  const duplex = new Duplex({
    allowHalfOpen: true,
    read() {
      if (reading) return
      reading = true
      void pump()
    },
    write(chunk: Buffer, _encoding, done) {
      stream.write(chunk).then(() => done(), done)
    },
    final(done) {
      stream.finish().then(() => done(), done)
    },
    destroy(error, done) {
      stream.abort().then(() => done(error), done)
    },
  })
  async function pump(): Promise<void> {
    try {
      for (let more = true; more;) {
        if (holeBytes > 0) {
          const piece = ZEROES.subarray(0, Math.min(holeBytes, ZEROES.length))
          holeBytes -= piece.length
          more = duplex.push(piece)
          continue
        }
        const item = await stream.read()
        if (item === null) {
          duplex.push(null)
          duplex.end()
          return
        }
        if (item.type === 'hole') holeBytes = item.lengthBytes
        else more = duplex.push(item.bytes)
      }
      reading = false
    } catch (error) {
      duplex.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
  return duplex
}
