import type { Duplex } from 'node:stream'
import { duplexPair } from 'node:stream'

import type { Frame } from './framing.ts'
import {
  FrameReader,
  HEADER_BYTES,
  MessageStatus,
  MessageType,
  writeHeader,
} from './framing.ts'
import { KEEPALIVE_PROGRAM, REMOTE_PROGRAM } from './procedure.ts'
import { remoteError } from './types.ts'
import { XdrWriter } from './xdr.ts'

/**
 * The far end of a connection, for tests: collects what arrives and says what the test tells
 * it to. It answers nothing by itself.
 */
export class FakeDaemon {
  /** Hand this one to RpcConnection. */
  readonly client: Duplex
  readonly #server: Duplex
  readonly #frames: Frame[] = []
  #wake: (() => void) | null = null

  constructor() {
    const [client, server] = duplexPair()
    this.client = client
    this.#server = server
    const reader = new FrameReader((frame) => {
      this.#frames.push(frame)
      this.#wake?.()
    })
    server.on('data', (chunk: Buffer) => reader.push(chunk))
    server.on('error', () => undefined)
  }

  /** Frames that arrived and were not taken yet. */
  get waiting(): number {
    return this.#frames.length
  }

  /** Next frame that arrives, PINGs left out unless asked for. */
  async next({ keepalive = false } = {}): Promise<Frame> {
    for (;;) {
      const at = this.#frames.findIndex(
        (frame) => keepalive === (frame.program === KEEPALIVE_PROGRAM),
      )
      if (at !== -1) return this.#frames.splice(at, 1)[0]!
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Sends any frame. */
  send(
    header: Partial<Omit<Frame, 'payload'>>,
    payload: Uint8Array = new Uint8Array(0),
  ): void {
    this.sendBytes(frameBytes(header, payload))
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#server.write(bytes)
  }

  /** Answers a call with success. */
  reply(call: Frame, payload: Uint8Array = new Uint8Array(0)): void {
    this.send({ ...call, type: MessageType.reply, status: MessageStatus.ok }, payload)
  }

  /** Answers a call with an error. */
  fail(call: Frame, number: number, message: string): void {
    const payload = errorPayload(number, message)
    this.send({ ...call, type: MessageType.reply, status: MessageStatus.error }, payload)
  }

  /** Closes the far end. */
  hangUp(): void {
    this.#server.destroy()
    this.client.destroy()
  }
}

/** A whole frame. */
export function frameBytes(
  header: Partial<Omit<Frame, 'payload'>>,
  payload: Uint8Array = new Uint8Array(0),
): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + payload.length)
  frame.set(payload, HEADER_BYTES)
  writeHeader(frame, {
    program: header.program ?? REMOTE_PROGRAM,
    procedure: header.procedure ?? 1,
    type: header.type ?? MessageType.reply,
    serial: header.serial ?? 0,
    status: header.status ?? MessageStatus.ok,
  })
  return frame
}

/** Body of an error reply. */
export function errorPayload(number: number, message: string): Buffer {
  const writer = new XdrWriter()
  remoteError.encode(writer, {
    number,
    domain: 10,
    message,
    level: 2,
    dom: null,
    str1: null,
    str2: null,
    str3: null,
    int1: -1,
    int2: -1,
    net: null,
  })
  return writer.finish()
}
