import { QueryClient } from '@tanstack/react-query'
import { beforeEach, describe, expect, it } from 'vitest'

import { type Topic, topicKey } from '../../server/contract/live.ts'
import { LiveCache, type LiveEntry } from './live-cache.ts'
import type { TopicListener } from './live-socket.ts'
import { queryKeys } from './query-keys.ts'

const topic: Topic = { name: 'hosts' }

let client: QueryClient
let cache: LiveCache
let listeners: TopicListener[]
let stopped: number
let frames: (() => void)[]
let timers: ((() => void) | null)[]

beforeEach(() => {
  client = new QueryClient()
  listeners = []
  stopped = 0
  frames = []
  timers = []
  cache = new LiveCache(client, {
    subscribe: (_topic, listener) => {
      listeners.push(listener)
      return () => (stopped += 1)
    },
    epoch: () => 4,
    schedule: (run) => frames.push(run),
    setTimer: (run) => timers.push(run) - 1,
    clearTimer: (timer) => {
      if (typeof timer === 'number') timers[timer] = null
    },
  })
})

const entry = () => client.getQueryData<LiveEntry>(queryKeys.topic(topicKey(topic)))
const paint = () => frames.splice(0).forEach((run) => run())
const passTime = () => timers.splice(0).forEach((run) => run?.())

describe('live cache', () => {
  it('writes once a frame, however much came', () => {
    cache.use(topic)
    const listener = listeners[0]!
    listener.full({ hosts: [] })
    expect(listener.delta({ upsert: [], remove: ['x'] })).toBe(true)
    expect(listener.delta({ upsert: [], remove: ['y'] })).toBe(true)
    expect(entry()).toBeUndefined()
    expect(frames).toHaveLength(1)
    paint()
    expect(entry()).toEqual({ data: { hosts: [] }, problem: null, epoch: 4 })
  })

  it('refuses an increment without a whole to apply it to', () => {
    cache.use(topic)
    expect(listeners[0]!.delta({ upsert: [], remove: [] })).toBe(false)
  })

  it('keeps the last state beside the problem when the topic is gone', () => {
    cache.use(topic)
    listeners[0]!.full({ hosts: [] })
    paint()
    listeners[0]!.gone({ type: 'urn:x', title: 'x', status: 404, code: 'not_found' })
    paint()
    expect(entry()).toMatchObject({ data: { hosts: [] }, problem: { code: 'not_found' } })
  })

  it('subscribes once for many, and a while longer than the last of them', () => {
    const first = cache.use(topic)
    const second = cache.use({ name: 'hosts' })
    expect(listeners).toHaveLength(1)
    first()
    first()
    passTime()
    expect(stopped).toBe(0)
    second()
    expect(stopped).toBe(0)
    const again = cache.use(topic)
    passTime()
    expect(stopped).toBe(0)
    again()
    passTime()
    expect(stopped).toBe(1)
    cache.use(topic)
    expect(listeners).toHaveLength(2)
  })
})
