import { RpcError } from './errors.ts'

/**
 * One message, both ways (libvirt src/rpc/virnetprotocol.x):
 *
 *   0        4         8         12          16     20       24       28
 *   | length | program | version | procedure | type | serial | status | payload…
 *
 * `length` counts itself. Stream packets are not padded, so a frame may begin at any
 * byte of a chunk.
 */
export const HEADER_BYTES = 28
/** 32 MiB of message and the length word: VIR_NET_MESSAGE_MAX. */
export const MAX_FRAME_BYTES = 33_554_436
/** Data in one stream packet: VIR_NET_MESSAGE_PAYLOAD_MAX of old daemons. */
export const MAX_STREAM_DATA_BYTES = 262_120

export const MessageType = {
  call: 0,
  reply: 1,
  event: 2,
  stream: 3,
  callWithFds: 4,
  replyWithFds: 5,
  streamHole: 6,
} as const

export const MessageStatus = { ok: 0, error: 1, continue: 2 } as const

export interface Frame {
  program: number
  procedure: number
  type: number
  serial: number
  status: number
  /** A view on the bytes received, valid as long as it is referenced. */
  payload: Buffer
}

const PROTOCOL_VERSION = 1

/** Fills the 28 header bytes of `frame`, whose payload is already in place. */
export function writeHeader(
  frame: Buffer,
  header: Omit<Frame, 'payload'>,
  length = frame.length,
): void {
  frame.writeUInt32BE(length, 0)
  frame.writeUInt32BE(header.program, 4)
  frame.writeUInt32BE(PROTOCOL_VERSION, 8)
  frame.writeInt32BE(header.procedure, 12)
  frame.writeInt32BE(header.type, 16)
  frame.writeUInt32BE(header.serial, 20)
  frame.writeInt32BE(header.status, 24)
}

/** A frame without payload: keepalive, end of stream. */
export function emptyFrame(header: Omit<Frame, 'payload'>): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES)
  writeHeader(frame, header)
  return frame
}

/** A frame up to this size is collected in one allocation made when its length is known. */
const FIRST_ALLOCATION_BYTES = 4_194_304

/**
 * Cuts a byte stream into frames.
 *
 *   chunk      [ frame ][ frame ][ fra        handed out as views, no copy
 *   next chunk me ][ frame ]                  `collected` gets fra, then me
 *
 * A frame that spans chunks is copied once, as it arrives. Not more than 4 MiB, or twice
 * what has been received, is allocated for what a peer announces. Any nonsense throws
 * RpcError `framing`, after which the stream is out of step for ever: drop the connection.
 */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void
  readonly #lengthWord = Buffer.alloc(4)
  #collected: Buffer | null = null
  #filled = 0
  /** Length of the frame being collected; 0 while its length word is incomplete. */
  #wanted = 0

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
  }

  push(chunk: Buffer): void {
    let at = 0
    if (this.#filled > 0) {
      at = this.#collect(chunk)
      if (this.#filled > 0) return
    }
    while (chunk.length - at >= 4) {
      const length = frameLength(chunk, at)
      if (chunk.length - at < length) {
        this.#begin(length)
        break
      }
      this.#onFrame(parseFrame(chunk, at, length))
      at += length
    }
    if (at < chunk.length) this.#append(chunk, at, chunk.length - at)
  }

  /** Continues the frame that an earlier chunk began; returns how far the chunk was used. */
  #collect(chunk: Buffer): number {
    let at = 0
    if (this.#wanted === 0) {
      at = Math.min(4 - this.#filled, chunk.length)
      this.#append(chunk, 0, at)
      if (this.#filled < 4) return at
      this.#filled = 0
      this.#begin(frameLength(this.#lengthWord, 0))
      this.#append(this.#lengthWord, 0, 4)
    }
    const missing = Math.min(this.#wanted - this.#filled, chunk.length - at)
    this.#append(chunk, at, missing)
    if (this.#filled === this.#wanted) {
      const frame = parseFrame(this.#collected!, 0, this.#wanted)
      this.#collected = null
      this.#filled = 0
      this.#wanted = 0
      this.#onFrame(frame)
    }
    return at + missing
  }

  #begin(length: number): void {
    this.#wanted = length
    this.#collected = Buffer.allocUnsafeSlow(Math.min(length, FIRST_ALLOCATION_BYTES))
  }

  #append(chunk: Buffer, at: number, length: number): void {
    const filled = this.#filled + length
    let target = this.#collected ?? this.#lengthWord
    if (filled > target.length) {
      const size = Math.min(this.#wanted, Math.max(filled, target.length * 2))
      const grown = Buffer.allocUnsafeSlow(size)
      target.copy(grown, 0, 0, this.#filled)
      target = this.#collected = grown
    }
    chunk.copy(target, this.#filled, at, at + length)
    this.#filled = filled
  }
}

function frameLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at)
  if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) {
    throw new RpcError('framing', `the peer announced a frame of ${length} bytes`)
  }
  return length
}

function parseFrame(bytes: Buffer, at: number, length: number): Frame {
  const version = bytes.readUInt32BE(at + 8)
  const type = bytes.readInt32BE(at + 16)
  const status = bytes.readInt32BE(at + 24)
  if (version !== PROTOCOL_VERSION) {
    throw new RpcError('framing', `the peer speaks version ${version} of the protocol`)
  }
  if (type < MessageType.call || type > MessageType.streamHole) {
    throw new RpcError('framing', `the peer sent a frame of unknown type ${type}`)
  }
  if (status < MessageStatus.ok || status > MessageStatus.continue) {
    throw new RpcError('framing', `the peer sent a frame of unknown status ${status}`)
  }
  return {
    program: bytes.readUInt32BE(at + 4),
    procedure: bytes.readInt32BE(at + 12),
    type,
    serial: bytes.readUInt32BE(at + 20),
    status,
    payload: bytes.subarray(at + HEADER_BYTES, at + length),
  }
}
