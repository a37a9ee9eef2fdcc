import type { Logger } from 'pino'
import type { WebSocket } from 'ws'

import { liveClose } from '../contract/live.ts'
import type { LiveSource, Topic } from '../contract/live.ts'
import { LiveSession } from './live-session.ts'
import type { Channels, LiveIdentity } from './live-session.ts'
import { encodeFrame, TopicChannel } from './topic-channel.ts'
import type { TopicReader } from './topic-channel.ts'

export interface HubOptions {
  source: LiveSource
  version: string
  logger: Logger
}

/** Sockets of one identity; a browser with many tabs has a few dozen. */
export const maxSocketsPerUser = 500

const tickMs = 1000
const pingEveryTicks = 20
const recheckEveryTicks = 60

/**
 * The live channel: sockets on one side, topics of the fleet on the other.
 *
 *   LiveSource ─► TopicChannel (one a key) ─► LiveSession (one a socket) ─► browser tab
 */
export class LiveHub implements Channels {
  readonly #source: LiveSource
  readonly #version: string
  readonly #logger: Logger
  readonly #channels = new Map<string, TopicChannel>()
  readonly #sessions = new Set<LiveSession>()
  readonly #timer: NodeJS.Timeout
  #ticks = 0

  constructor({ source, version, logger }: HubOptions) {
    this.#source = source
    this.#version = version
    this.#logger = logger
    this.#timer = setInterval(() => this.#tick(), tickMs).unref()
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  get topicCount(): number {
    return this.#channels.size
  }

  /** Whether one more socket of this identity may be opened. */
  hasRoomFor(userId: string): boolean {
    let open = 0
    for (const session of this.#sessions) if (session.userId === userId) open += 1
    return open < maxSocketsPerUser
  }

  /** Takes over a socket that is already known to belong to somebody. */
  accept(socket: WebSocket, identity: LiveIdentity): void {
    const session = new LiveSession(socket, identity, this, this.#logger)
    this.#sessions.add(session)
    socket.on('close', () => this.#sessions.delete(session))
    session.send(
      encodeFrame({ type: 'hello', version: this.#version, serverTimeMs: Date.now() }),
    )
  }

  join(key: string, topic: Topic, reader: TopicReader): TopicChannel {
    const channel = this.#channels.get(key) ?? new TopicChannel(key, topic, this.#source)
    this.#channels.set(key, channel)
    channel.add(reader)
    return channel
  }

  leave(channel: TopicChannel, reader: TopicReader): void {
    channel.remove(reader)
    if (channel.readerCount > 0) return
    // A channel that ended may have been followed by a new one with the same key.
    if (this.#channels.get(channel.key) === channel) this.#channels.delete(channel.key)
    channel.close()
  }

  /** A session or token of this user ended, or its role changed: looks at its sockets again. */
  async recheckUser(userId: string): Promise<void> {
    const own = [...this.#sessions].filter((session) => session.userId === userId)
    await Promise.all(own.map((session) => session.recheck()))
  }

  /** Says goodbye: browsers wait a moment and come back, instead of showing an error. */
  close(): void {
    clearInterval(this.#timer)
    const goodbye = encodeFrame({ type: 'restarting' })
    for (const session of this.#sessions) {
      session.send(goodbye)
      session.close(liveClose.restart, 'restarting')
    }
  }

  #tick(): void {
    this.#ticks += 1
    const nowMs = Date.now()
    for (const session of this.#sessions) {
      session.tick(nowMs)
      if (this.#ticks % pingEveryTicks === 0) session.ping()
      if (this.#ticks % recheckEveryTicks === 0) void session.recheck()
    }
  }
}
