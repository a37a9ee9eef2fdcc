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

/**
 * Cuts a byte stream into frames. A frame within one chunk is a view on it; one that
 * spans chunks is put together once, when it is complete, so a peer cannot make us
 * allocate what it has not sent. Any nonsense throws RpcError `framing`, after which
 * the stream is out of step for ever: drop the connection.
 */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void
  #chunks: Buffer[] = []
  #buffered = 0
  /** Length of the frame being collected; 0 while its length word is incomplete. */
  #wanted = 0

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
  }

  push(chunk: Buffer): void {
    let rest = chunk
    if (this.#buffered > 0) {
      this.#chunks.push(chunk)
      this.#buffered += chunk.length
      if (this.#wanted === 0) {
        if (this.#buffered < 4) return
        this.#wanted = frameLength(joined(this.#chunks), 0)
      }
      if (this.#buffered < this.#wanted) return
      rest = joined(this.#chunks)
      this.#chunks = []
      this.#buffered = 0
      this.#wanted = 0
    }
    let at = 0
    while (rest.length - at >= 4) {
      const length = frameLength(rest, at)
      if (rest.length - at < length) {
        this.#wanted = length
        break
      }
      this.#onFrame(parseFrame(rest, at, length))
      at += length
    }
    if (at < rest.length) {
      this.#chunks.push(at === 0 ? rest : rest.subarray(at))
      this.#buffered = rest.length - at
    }
  }
}

function joined(chunks: Buffer[]): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
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
