import type {
  LiveHandle,
  LiveSource,
  ServerMessage,
  Topic,
  TopicDelta,
} from '../contract/live.ts'

/** One who reads a topic: gets every increment, and is told when there will be no more. */
export interface TopicReader {
  delta(channel: TopicChannel, frame: Buffer): void
  gone(channel: TopicChannel, reason: string): void
}

/**
 * One topic that somebody looks at. However many look, the source is asked once, and each frame is
 * made into bytes once:
 *
 *   source ─ delta ─► channel (seq + 1, JSON once) ─► the same Buffer to every reader
 */
export class TopicChannel {
  readonly key: string
  readonly topic: Topic
  readonly #handle: LiveHandle
  readonly #readers = new Set<TopicReader>()
  #seq = 0
  /** Good until the next increment: 200 browsers that come back at once share one. */
  #full: Buffer | null = null

  /** @throws ProblemError when the topic's host or domain does not exist */
  constructor(key: string, topic: Topic, source: LiveSource) {
    this.key = key
    this.topic = topic
    this.#handle = source.open(topic, {
      delta: (data) => this.#delta(data),
      gone: (reason) => {
        for (const reader of this.#readers) reader.gone(this, reason)
      },
    })
  }

  get readerCount(): number {
    return this.#readers.size
  }

  /** The whole state; increments with higher numbers apply to it. */
  fullFrame(): Buffer {
    this.#full ??= encodeFrame({
      type: 'full',
      key: this.key,
      seq: this.#seq,
      data: this.#handle.full(),
    })
    return this.#full
  }

  add(reader: TopicReader): void {
    this.#readers.add(reader)
  }

  remove(reader: TopicReader): void {
    this.#readers.delete(reader)
  }

  close(): void {
    this.#readers.clear()
    this.#handle.close()
  }

  #delta(data: TopicDelta): void {
    this.#seq += 1
    this.#full = null
    const frame = encodeFrame({ type: 'delta', key: this.key, seq: this.#seq, data })
    for (const reader of this.#readers) reader.delta(this, frame)
  }
}

export function encodeFrame(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message))
}
