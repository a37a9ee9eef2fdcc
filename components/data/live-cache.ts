import type { QueryClient } from '@tanstack/react-query'

import { type Topic, topicKey } from '../../server/contract/live.ts'
import type { TopicFull } from '../../server/contract/live.ts'
import type { Problem } from '../../server/contract/problem.ts'
import { applyDelta, readFull } from './live-reducers.ts'
import type { TopicListener } from './live-socket.ts'
import { queryKeys } from './query-keys.ts'

/** What the query cache holds of a topic. */
export interface LiveEntry {
  data: TopicFull | null
  /** The topic ended or never began; `data` is then the last that was known. */
  problem: Problem | null
  /** The number of the connection that brought it: of an older one it is not live any more. */
  epoch: number
}

export interface LiveCacheEnvironment {
  subscribe(topic: Topic, listener: TopicListener): () => void
  /** The number of the connection that is open now, or was last. */
  epoch(): number
  /** Runs once before the next painted frame. */
  schedule(run: () => void): void
  setTimer(run: () => void, afterMs: number): unknown
  clearTimer(timer: unknown): void
}

/** So that going from one tab to another and back does not ask for everything again. */
const lingerMs = 3_000

interface Shared {
  users: number
  stop: () => void
  linger: unknown
}

/**
 * Brings live topics into the query cache.
 *
 *   socket ─full, delta─► newest state per topic ─once a frame─► query cache ─► components
 *
 * However many look at a topic, it is subscribed once. Increments are applied as they come, so what
 * waits for the next frame is never more than one state a topic, also in a tab that sleeps.
 */
export class LiveCache {
  readonly #client: QueryClient
  readonly #environment: LiveCacheEnvironment
  readonly #shared = new Map<string, Shared>()
  readonly #waiting = new Map<string, LiveEntry>()
  #scheduled = false

  constructor(client: QueryClient, environment: LiveCacheEnvironment) {
    this.#client = client
    this.#environment = environment
    // Comparing 900 points with 900 points finds out nothing: the reducers keep what is the same.
    client.setQueryDefaults(queryKeys.live(), { structuralSharing: false })
  }

  /** Keeps the topic live until the function that is given back is called. */
  use(topic: Topic): () => void {
    const key = topicKey(topic)
    const shared = this.#shared.get(key) ?? this.#begin(topic, key)
    shared.users += 1
    this.#environment.clearTimer(shared.linger)
    let released = false
    return () => {
      if (released) return
      released = true
      shared.users -= 1
      if (shared.users > 0) return
      shared.linger = this.#environment.setTimer(() => {
        this.#shared.delete(key)
        this.#waiting.delete(key)
        shared.stop()
      }, lingerMs)
    }
  }

  #begin(topic: Topic, key: string): Shared {
    const read = () =>
      this.#waiting.get(key) ??
      this.#client.getQueryData<LiveEntry>(queryKeys.topic(key)) ??
      null
    const write = (entry: Omit<LiveEntry, 'epoch'>) =>
      this.#write(key, { ...entry, epoch: this.#environment.epoch() })
    const stop = this.#environment.subscribe(topic, {
      full: (data) => {
        const full = readFull(topic, data)
        if (full) write({ data: full, problem: null })
      },
      delta: (data) => {
        const state = read()?.data
        const next = state ? applyDelta(topic, state, data) : null
        if (next) write({ data: next, problem: null })
        return next !== null
      },
      gone: (problem) => write({ data: read()?.data ?? null, problem }),
    })
    const shared: Shared = { users: 0, stop, linger: null }
    this.#shared.set(key, shared)
    return shared
  }

  #write(key: string, entry: LiveEntry): void {
    this.#waiting.set(key, entry)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#environment.schedule(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [key, entry] of waiting)
      this.#client.setQueryData<LiveEntry>(queryKeys.topic(key), entry)
  }
}
