import type { Duplex } from 'node:stream'

import type { RpcError } from './errors.ts'
import type { Frame } from './framing.ts'
import type { Procedure } from './procedure.ts'
import type { FrameSender } from './sender.ts'
import { RpcStream } from './streams.ts'

interface OpenStreamsOptions {
  duplex: Duplex
  sender: FrameSender
  /** We stopped to read, or read again: silence says nothing about the peer meanwhile. */
  onBlind: (blind: boolean) => void
}

/** The streams of a connection by their serials; the slowest reader among them holds the socket. */
export class OpenStreams {
  readonly #options: OpenStreamsOptions
  readonly #streams = new Map<number, RpcStream>()
  #paused = 0

  constructor(options: OpenStreamsOptions) {
    this.#options = options
  }

  has(serial: number): boolean {
    return this.#streams.has(serial)
  }

  /** @param early packets that came before the answer of the call that opened it */
  open(procedure: Procedure, serial: number, early: readonly Frame[]): RpcStream {
    const { sender } = this.#options
    const stream = new RpcStream({
      program: procedure.program,
      procedure: procedure.number,
      serial,
      send: (bytes) => sender.send(bytes),
      drained: () => sender.drained(),
      pauseReading: () => this.#pauseReading(),
      resumeReading: () => this.#resumeReading(),
      onEnd: () => void this.#streams.delete(serial),
    })
    this.#streams.set(serial, stream)
    for (const packet of early) stream.receive(packet)
    return stream
  }

  /** Hands a packet to its stream; false when there is none. */
  receive(packet: Frame): boolean {
    const stream = this.#streams.get(packet.serial)
    stream?.receive(packet)
    return stream !== undefined
  }

  /** Fails all of them. */
  close(reason: RpcError): void {
    for (const stream of this.#streams.values()) stream.fail(reason)
    this.#streams.clear()
  }

  #pauseReading(): void {
    if (this.#paused++ > 0) return
    this.#options.onBlind(true)
    this.#options.duplex.pause()
  }

  #resumeReading(): void {
    if (--this.#paused > 0) return
    this.#options.onBlind(false)
    this.#options.duplex.resume()
  }
}
