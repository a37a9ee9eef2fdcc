import {
  type ClientMessage,
  liveClose,
  type ServerMessage,
  serverMessage,
  type Topic,
  topicKey,
} from '../../server/contract/live.ts'
import type { Problem } from '../../server/contract/problem.ts'
import { backoffMs } from './backoff.ts'

/**
 * - `idle`: nobody subscribes, so there is no socket
 * - `connecting`: a socket is being opened
 * - `open`: the server has said hello
 * - `waiting`: the socket was lost; the next try is scheduled
 * - `ended`: the session is over; it is not tried again
 */
export type LivePhase = 'idle' | 'connecting' | 'open' | 'waiting' | 'ended'

export interface LiveConnection {
  phase: LivePhase
  /** Failed tries since the connection was last open. */
  tries: number
  /** waiting: when the next try starts, by this computer's clock. */
  nextTryMs: number | null
  /** When something last came from the server, by this computer's clock. */
  heardMs: number | null
  /** The server said that it restarts: a short break that needs nobody. */
  restarting: boolean
}

/** Before anything was tried; also what the server renders. */
export const firstConnection: LiveConnection = Object.freeze({
  phase: 'idle',
  tries: 0,
  nextTryMs: null,
  heardMs: null,
  restarting: false,
})

export interface TopicListener {
  full(data: unknown): void
  /** Returns false when the increment does not fit: the whole state is asked for again. */
  delta(data: unknown): boolean
  gone(problem: Problem): void
}

/** The parts of the browser that the socket needs, so that tests can play them. */
export interface LiveSocketEnvironment {
  open(events: WireEvents): Wire
  now(): number
  random(): number
  setTimer(run: () => void, afterMs: number): unknown
  clearTimer(timer: unknown): void
}
export interface WireEvents {
  message(data: unknown): void
  /** At most once, and never before `open` has returned. */
  close(code: number): void
}
export interface Wire {
  send(text: string): void
  /** Nothing is reported afterwards. */
  close(): void
}

export interface LiveSocketHandlers {
  hello(message: { serverTimeMs: number; version: string }): void
  sessionEnded(): void
  /** The server refused to open it: maybe the session has ended. The browser does not tell why. */
  refused(): void
}

/** How long nothing may come before the server is asked for a sign of life, and how long for that. */
export const quietMs = 12_000
export const probeMs = 5_000
const openMs = 10_000
/** A topic that is not there (yet): a server that just started does not know all domains at once. */
const goneRetryMs = { first: 1_000, most: 30_000 }

interface Subscription {
  topic: Topic
  key: string
  listener: TopicListener
  /** The last sequence number; null = a full frame is awaited and increments are of no use. */
  seq: number | null
  goneTimes: number
  retry: unknown
}

/**
 * The one /live connection of a tab.
 *
 *   idle ──subscribe──► connecting ──hello──► open
 *                          ▲    │               │ close, or no sign of life
 *                          │    └─────close────►│
 *                          └────timer───── waiting          4401 ► ended
 *
 * What is wanted is the map of subscriptions, not a queue of messages: it is sent whenever the
 * connection opens, so nothing that was asked before or during a break is lost.
 */
export class LiveSocket {
  readonly #environment: LiveSocketEnvironment
  readonly #handlers: LiveSocketHandlers
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #watchers = new Set<() => void>()
  #wire: Wire | null = null
  #timer: unknown = null
  #connection: LiveConnection = firstConnection

  constructor(environment: LiveSocketEnvironment, handlers: LiveSocketHandlers) {
    this.#environment = environment
    this.#handlers = handlers
  }

  /** The same object until something changes. `heardMs` alone changes without a notice. */
  get connection(): LiveConnection {
    return this.#connection
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** One listener a topic key; sharing is the cache's business. */
  subscribe(topic: Topic, listener: TopicListener): () => void {
    const key = topicKey(topic)
    const subscription: Subscription = {
      topic,
      key,
      listener,
      seq: null,
      goneTimes: 0,
      retry: null,
    }
    this.#subscriptions.set(key, subscription)
    if (this.#connection.phase === 'open') this.#ask(subscription)
    else if (this.#connection.phase === 'idle') this.#connect()
    return () => this.#unsubscribe(subscription)
  }

  /** The page is visible again, or the network is back: don't wait for timers that slept. */
  wake(): void {
    const { phase, heardMs } = this.#connection
    if (phase === 'waiting') this.#connect()
    else if (phase === 'open' && this.#environment.now() - (heardMs ?? 0) > probeMs)
      this.#probe()
  }

  close(): void {
    for (const subscription of this.#subscriptions.values())
      this.#environment.clearTimer(subscription.retry)
    this.#subscriptions.clear()
    this.#drop()
    this.#change({ phase: 'idle', tries: 0, nextTryMs: null })
  }

  #unsubscribe(subscription: Subscription): void {
    if (this.#subscriptions.get(subscription.key) !== subscription) return
    this.#subscriptions.delete(subscription.key)
    this.#environment.clearTimer(subscription.retry)
    if (this.#connection.phase === 'open')
      this.#send({ type: 'unsubscribe', key: subscription.key })
  }

  #ask(subscription: Subscription): void {
    subscription.seq = null
    this.#send({ type: 'subscribe', topic: subscription.topic })
  }

  #send(message: ClientMessage): void {
    this.#wire?.send(JSON.stringify(message))
  }

  #connect(): void {
    this.#drop()
    this.#change({ phase: 'connecting', nextTryMs: null })
    this.#wire = this.#environment.open({
      message: (data) => this.#receive(data),
      close: (code) => this.#closed(code),
    })
    this.#timer = this.#environment.setTimer(() => this.#lost(), openMs)
  }

  #closed(code: number): void {
    const { phase, tries, restarting } = this.#connection
    this.#drop()
    if (code === liveClose.sessionEnded) {
      this.#change({ phase: 'ended', nextTryMs: null })
      this.#handlers.sessionEnded()
      return
    }
    if (phase === 'connecting') this.#handlers.refused()
    this.#wait({ atOnce: tries === 0 && (restarting || code === liveClose.restart) })
  }

  /** Leaves the wire behind, whatever it may still say. */
  #drop(): void {
    this.#environment.clearTimer(this.#timer)
    this.#timer = null
    const wire = this.#wire
    this.#wire = null
    wire?.close()
  }

  #lost(): void {
    this.#drop()
    this.#wait({ atOnce: false })
  }

  #wait({ atOnce }: { atOnce: boolean }): void {
    for (const subscription of this.#subscriptions.values()) subscription.seq = null
    if (this.#subscriptions.size === 0) {
      this.#change({ phase: 'idle', tries: 0, nextTryMs: null, restarting: false })
      return
    }
    const tries = this.#connection.tries + 1
    const afterMs = backoffMs(atOnce ? 0 : tries, this.#environment.random())
    this.#timer = this.#environment.setTimer(() => this.#connect(), afterMs)
    this.#change({
      phase: 'waiting',
      tries,
      nextTryMs: this.#environment.now() + afterMs,
    })
  }

  #receive(data: unknown): void {
    this.#connection.heardMs = this.#environment.now()
    this.#expectSign()
    const message = parseMessage(data)
    if (!message) return
    switch (message.type) {
      case 'hello':
        this.#handlers.hello(message)
        this.#change({ phase: 'open', tries: 0, nextTryMs: null, restarting: false })
        for (const subscription of this.#subscriptions.values()) this.#ask(subscription)
        break
      case 'restarting':
        this.#change({ restarting: true })
        break
      case 'full':
        this.#receiveFull(message)
        break
      case 'delta':
        this.#receiveDelta(message)
        break
      case 'gone':
        this.#receiveGone(message)
        break
    }
  }

  #receiveFull({ key, seq, data }: Extract<ServerMessage, { type: 'full' }>): void {
    const subscription = this.#subscriptions.get(key)
    if (!subscription) return
    subscription.seq = seq
    subscription.goneTimes = 0
    subscription.listener.full(data)
  }

  #receiveDelta({ key, seq, data }: Extract<ServerMessage, { type: 'delta' }>): void {
    const subscription = this.#subscriptions.get(key)
    if (!subscription || subscription.seq === null) return
    const fits = seq === subscription.seq + 1 && subscription.listener.delta(data)
    if (fits) subscription.seq = seq
    else this.#ask(subscription)
  }

  #receiveGone({ key, problem }: Extract<ServerMessage, { type: 'gone' }>): void {
    const subscription = this.#subscriptions.get(key)
    if (!subscription) return
    subscription.seq = null
    subscription.listener.gone(problem)
    const afterMs = Math.min(
      goneRetryMs.first * 2 ** subscription.goneTimes,
      goneRetryMs.most,
    )
    subscription.goneTimes += 1
    this.#environment.clearTimer(subscription.retry)
    subscription.retry = this.#environment.setTimer(() => {
      if (this.#connection.phase === 'open' && subscription.seq === null)
        this.#ask(subscription)
    }, afterMs)
  }

  /** A cut line says nothing, and pings of the server are not seen by scripts: so watch for silence. */
  #expectSign(): void {
    this.#environment.clearTimer(this.#timer)
    this.#timer = this.#environment.setTimer(() => this.#probe(), quietMs)
  }

  /** Asking for a topic again is always answered: that is our ping. */
  #probe(): void {
    const subscription = smallest(this.#subscriptions)
    if (!subscription) {
      this.#drop()
      this.#change({ phase: 'idle', tries: 0, nextTryMs: null, restarting: false })
      return
    }
    this.#environment.clearTimer(this.#timer)
    this.#timer = this.#environment.setTimer(() => this.#lost(), probeMs)
    this.#send({ type: 'subscribe', topic: subscription.topic })
  }

  #change(change: Partial<LiveConnection>): void {
    this.#connection = { ...this.#connection, ...change }
    for (const watcher of this.#watchers) watcher()
  }
}

function smallest(subscriptions: Map<string, Subscription>): Subscription | undefined {
  const weight = {
    hosts: 0,
    domain: 1,
    fleet: 2,
    jobs: 2,
    job: 2,
    memory: 3,
    host: 3,
    'dirty-rate': 3,
    'qmp-events': 3,
    'memory-policy': 3,
    'domain-numa': 3,
    'host-memory': 3,
    'host-numa': 3,
  }
  return [...subscriptions.values()].sort(
    (a, b) => weight[a.topic.name] - weight[b.topic.name],
  )[0]
}

function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null
  try {
    return serverMessage.parse(JSON.parse(data))
  } catch {
    // Not from our server or from a newer one: what cannot be read cannot be applied either.
    return null
  }
}
