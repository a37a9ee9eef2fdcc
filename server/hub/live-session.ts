import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'

import { topicRoles } from '../contract/access.ts'
import { roleAllows } from '../contract/account.ts'
import type { Me } from '../contract/account.ts'
import { clientMessage, liveClose, liveLimits, topicKey } from '../contract/live.ts'
import type { Topic } from '../contract/live.ts'
import { ProblemError } from '../contract/problem.ts'
import { encodeFrame } from './topic-channel.ts'
import type { TopicChannel, TopicReader } from './topic-channel.ts'

/** Who sits at a socket, and how to ask again whether that still holds. */
export interface LiveIdentity {
  me: Me
  identify(): Promise<Me | null>
}

/** What a session asks of the hub. */
export interface Channels {
  /** @throws ProblemError when the topic's host or domain does not exist */
  join(key: string, topic: Topic, reader: TopicReader): TopicChannel
  leave(channel: TopicChannel, reader: TopicReader): void
}

interface Subscription {
  channel: TopicChannel
  /** Increments were held back: a full frame is due before any further one. */
  behind: boolean
}

/** More messages in one second than any page of ours sends. */
const maxMessagesPerSecond = 500
/** How long the other side may take to answer our close before the socket is torn down. */
const closeGraceMs = 2000

/** One /live connection: what it subscribed to, and how far behind its reader is. */
export class LiveSession implements TopicReader {
  readonly #socket: WebSocket
  readonly #channels: Channels
  readonly #identity: LiveIdentity
  readonly #logger: Logger
  readonly #subscriptions = new Map<string, Subscription>()
  #me: Me
  #closing = false
  #slowSinceMs: number | null = null
  #answered = true
  #messages = 0

  constructor(
    socket: WebSocket,
    identity: LiveIdentity,
    channels: Channels,
    logger: Logger,
  ) {
    this.#socket = socket
    this.#identity = identity
    this.#me = identity.me
    this.#channels = channels
    this.#logger = logger
    socket.on('message', (data, isBinary) => this.#message(data, isBinary))
    socket.on('pong', () => (this.#answered = true))
    socket.on('close', () => this.#release())
    // A frame above the limit or a cut connection: ws closes the socket itself.
    socket.on('error', (error) => logger.debug({ err: error }, 'live socket failed'))
  }

  get userId(): string {
    return this.#me.id
  }

  send(frame: Buffer): void {
    if (this.#closing) return
    this.#socket.send(frame, { binary: false }, () => this.#catchUp())
  }

  delta(channel: TopicChannel, frame: Buffer): void {
    const subscription = this.#subscriptions.get(channel.key)
    if (!subscription || subscription.behind) return
    if (this.#socket.bufferedAmount > liveLimits.slowBytes) this.#hold(subscription)
    else this.send(frame)
  }

  gone(channel: TopicChannel, reason: string): void {
    this.#drop(channel.key)
    const { host } = 'host' in channel.topic ? channel.topic : {}
    this.#sendGone(channel.key, new ProblemError('not_found', { detail: reason, host }))
  }

  /** Called once a second: closes a reader that stays behind. */
  tick(nowMs: number): void {
    this.#messages = 0
    if (this.#slowSinceMs === null) return
    if (nowMs - this.#slowSinceMs > liveLimits.slowSeconds * 1000) {
      this.close(liveClose.tooSlow, 'too slow')
    }
  }

  /** Pings; a socket that left the last ping unanswered is dead. */
  ping(): void {
    if (!this.#answered) {
      this.#socket.terminate()
      return
    }
    this.#answered = false
    this.#socket.ping()
  }

  /** Asks again who this is: a session may have ended, a role may have been taken away. */
  async recheck(): Promise<void> {
    if (this.#closing) return
    let now: Me | null
    try {
      now = await this.#identity.identify()
    } catch (error) {
      // The database does not answer at the moment: that is no reason to turn people out.
      this.#logger.warn({ err: error }, 'could not check who a live socket belongs to')
      return
    }
    if (now && roleAllows(now.role, this.#me.role)) this.#me = now
    else this.close(liveClose.sessionEnded, 'session ended')
  }

  close(code: number, reason: string): void {
    if (this.#closing) return
    this.#closing = true
    this.#release()
    this.#socket.close(code, reason)
    setTimeout(() => this.#socket.terminate(), closeGraceMs).unref()
  }

  #message(data: RawData, isBinary: boolean): void {
    // After close() the rest of what was sent still arrives.
    if (this.#closing) return
    this.#messages += 1
    if (this.#messages > maxMessagesPerSecond) {
      this.close(liveClose.tooManySubscriptions, 'too many messages')
      return
    }
    const message = isBinary ? null : parseMessage(data)
    if (!message) this.close(liveClose.badMessage, 'not a message of this protocol')
    else if (message.type === 'unsubscribe') this.#drop(message.key)
    else this.#subscribe(message.topic)
  }

  #subscribe(topic: Topic): void {
    const key = topicKey(topic)
    const known = this.#subscriptions.get(key)
    if (known) {
      this.#sendFull(known)
      return
    }
    if (this.#subscriptions.size >= liveLimits.maxSubscriptions) {
      this.close(liveClose.tooManySubscriptions, 'too many subscriptions')
      return
    }
    if (!roleAllows(this.#me.role, topicRoles[topic.name])) {
      const detail = `This needs the role ${topicRoles[topic.name]}`
      this.#sendGone(key, new ProblemError('forbidden', { detail }))
      return
    }
    try {
      const subscription = {
        channel: this.#channels.join(key, topic, this),
        behind: false,
      }
      this.#subscriptions.set(key, subscription)
      this.#sendFull(subscription)
    } catch (error) {
      this.#sendGone(key, error)
    }
  }

  #sendFull(subscription: Subscription): void {
    if (this.#socket.bufferedAmount > liveLimits.slowBytes) {
      this.#hold(subscription)
      return
    }
    try {
      const frame = subscription.channel.fullFrame()
      subscription.behind = false
      this.send(frame)
    } catch (error) {
      const { key } = subscription.channel
      this.#drop(key)
      this.#sendGone(key, error)
    }
  }

  #hold(subscription: Subscription): void {
    subscription.behind = true
    this.#slowSinceMs ??= Date.now()
  }

  /** Something went out: when there is room again, whoever is behind gets the whole state anew. */
  #catchUp(): void {
    if (this.#slowSinceMs === null || this.#closing) return
    if (this.#socket.bufferedAmount > liveLimits.slowBytes / 2) return
    this.#slowSinceMs = null
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.behind) this.#sendFull(subscription)
    }
  }

  #sendGone(key: string, reason: unknown): void {
    const known = reason instanceof ProblemError
    if (!known) this.#logger.error({ err: reason, key }, 'live topic failed')
    const problem = known
      ? reason
      : new ProblemError('internal', { detail: 'The server failed to read this' })
    this.send(encodeFrame({ type: 'gone', key, problem: problem.toProblem() }))
  }

  #drop(key: string): void {
    const subscription = this.#subscriptions.get(key)
    if (!subscription) return
    this.#subscriptions.delete(key)
    this.#channels.leave(subscription.channel, this)
  }

  #release(): void {
    this.#closing = true
    for (const key of this.#subscriptions.keys()) this.#drop(key)
  }
}

function parseMessage(data: RawData) {
  try {
    return clientMessage.safeParse(JSON.parse(String(data))).data ?? null
  } catch {
    // Not JSON: the same answer as JSON that is no message.
    return null
  }
}
