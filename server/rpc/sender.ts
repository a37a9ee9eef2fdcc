import type { Duplex } from 'node:stream'

import type { RpcError } from './errors.ts'

/** Frames of one tick up to this size are joined into one write. */
const JOIN_BYTES = 65_536

/**
 * The only writer of a connection. Frames sent in one turn of the event loop leave in one
 * write (so in one ssh packet); the flush runs after the turn's promise callbacks, when all
 * callers woken by one chunk have made their next calls.
 */
export class FrameSender {
  readonly #duplex: Duplex
  #frames: Buffer[] = []
  #bytes = 0
  #scheduled = false
  #drain: PromiseWithResolvers<void> | null = null
  #ended: RpcError | null = null

  constructor(duplex: Duplex) {
    this.#duplex = duplex
    duplex.on('drain', () => {
      this.#drain?.resolve()
      this.#drain = null
    })
  }

  send(frame: Buffer): void {
    if (this.#ended) return
    this.#frames.push(frame)
    this.#bytes += frame.length
    if (this.#bytes > JOIN_BYTES) return this.#flush()
    if (this.#scheduled) return
    this.#scheduled = true
    process.nextTick(() => this.#flush())
  }

  /** Resolves when the stream below takes more; rejects when the connection has ended. */
  async drained(): Promise<void> {
    this.#flush()
    if (this.#ended) throw this.#ended
    if (!this.#duplex.writableNeedDrain) return
    this.#drain ??= Promise.withResolvers<void>()
    await this.#drain.promise
  }

  close(reason: RpcError): void {
    this.#ended = reason
    this.#frames = []
    this.#drain?.reject(reason)
    this.#drain = null
  }

  #flush(): void {
    this.#scheduled = false
    if (this.#ended || this.#frames.length === 0) return
    const frames = this.#frames
    const bytes = this.#bytes
    this.#frames = []
    this.#bytes = 0
    if (frames.length === 1) this.#duplex.write(frames[0]!)
    else this.#duplex.write(Buffer.concat(frames, bytes))
  }
}
