import { beforeEach, describe, expect, it } from 'vitest'

import { liveClose, type Topic, topicKey } from '../../server/contract/live.ts'
import { backoffMs } from './backoff.ts'
import {
  LiveSocket,
  probeMs,
  quietMs,
  type TopicListener,
  type Wire,
  type WireEvents,
} from './live-socket.ts'

const hosts: Topic = { name: 'hosts' }
const domain: Topic = {
  name: 'domain',
  host: 'alpha',
  uuid: '7d2f7a0e-4c33-4d53-9c8e-6c8f1f1a0001',
}

class FakeWire implements Wire {
  sent: unknown[] = []
  closed = false
  readonly events: WireEvents
  constructor(events: WireEvents) {
    this.events = events
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.closed = true
  }
  says(message: object) {
    this.events.message(JSON.stringify(message))
  }
  opens() {
    this.says({ type: 'hello', version: '1', serverTimeMs: 1_000_000 })
  }
  dies(code = 1006) {
    this.events.close(code)
  }
}

/** A clock by hand, so that no test waits. */
class Time {
  nowMs = 0
  #next = 0
  #timers = new Map<number, { atMs: number; run: () => void }>()
  set(run: () => void, afterMs: number): number {
    this.#timers.set(++this.#next, { atMs: this.nowMs + afterMs, run })
    return this.#next
  }
  clear(timer: unknown) {
    if (typeof timer === 'number') this.#timers.delete(timer)
  }
  pass(ms: number) {
    const untilMs = this.nowMs + ms
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.atMs <= untilMs)
      due.sort(([, a], [, b]) => a.atMs - b.atMs)
      const first = due[0]
      if (!first) break
      this.#timers.delete(first[0])
      this.nowMs = first[1].atMs
      first[1].run()
    }
    this.nowMs = untilMs
  }
}

class Recorder implements TopicListener {
  frames: unknown[] = []
  fits = true
  full(data: unknown) {
    this.frames.push(data)
  }
  delta(data: unknown) {
    if (this.fits) this.frames.push(data)
    return this.fits
  }
  gone(problem: { code: string }) {
    this.frames.push(`gone ${problem.code}`)
  }
}

let time: Time
let sockets: FakeWire[]
let calls: string[]
let live: LiveSocket
const socket = () => sockets.at(-1)!

beforeEach(() => {
  time = new Time()
  sockets = []
  calls = []
  live = new LiveSocket(
    {
      open: (events) => {
        sockets.push(new FakeWire(events))
        return socket()
      },
      now: () => time.nowMs,
      random: () => 0.5,
      setTimer: (run, afterMs) => time.set(run, afterMs),
      clearTimer: (timer) => time.clear(timer),
    },
    {
      hello: ({ serverTimeMs }) => calls.push(`hello ${serverTimeMs}`),
      sessionEnded: () => calls.push('sessionEnded'),
      refused: () => calls.push('refused'),
    },
  )
})

const full = (topic: Topic, seq: number, data: unknown = {}) => ({
  type: 'full',
  key: topicKey(topic),
  seq,
  data,
})
const delta = (topic: Topic, seq: number, data: unknown = {}) => ({
  ...full(topic, seq, data),
  type: 'delta',
})

describe('live socket', () => {
  it('opens with the first subscription and keeps what was asked before it was open', () => {
    expect(live.connection.phase).toBe('idle')
    live.subscribe(hosts, new Recorder())
    live.subscribe(domain, new Recorder())
    expect(live.connection.phase).toBe('connecting')
    expect(sockets).toHaveLength(1)
    socket().opens()
    expect(live.connection.phase).toBe('open')
    expect(calls).toEqual(['hello 1000000'])
    expect(socket().sent).toEqual([
      { type: 'subscribe', topic: hosts },
      { type: 'subscribe', topic: domain },
    ])
  })

  it('hands on the full frame, then increments', () => {
    const seen = new Recorder()
    live.subscribe(hosts, seen)
    socket().opens()
    socket().says(delta(hosts, 6, 'too early'))
    socket().says(full(hosts, 7, 'whole'))
    socket().says(delta(hosts, 8, 'more'))
    expect(seen.frames).toEqual(['whole', 'more'])
  })

  it('asks for the whole again after a gap, and ignores increments until it comes', () => {
    const seen = new Recorder()
    live.subscribe(hosts, seen)
    socket().opens()
    socket().says(full(hosts, 1, 'a'))
    socket().sent = []
    socket().says(delta(hosts, 3, 'lost one'))
    socket().says(delta(hosts, 4, 'useless'))
    expect(socket().sent).toEqual([{ type: 'subscribe', topic: hosts }])
    socket().says(full(hosts, 5, 'b'))
    expect(seen.frames).toEqual(['a', 'b'])
  })

  it('asks again when an increment does not fit', () => {
    const seen = new Recorder()
    live.subscribe(hosts, seen)
    socket().opens()
    socket().says(full(hosts, 1))
    seen.fits = false
    socket().sent = []
    socket().says(delta(hosts, 2))
    expect(socket().sent).toEqual([{ type: 'subscribe', topic: hosts }])
  })

  it('tells the server when nobody looks any more', () => {
    const stop = live.subscribe(hosts, new Recorder())
    socket().opens()
    stop()
    stop()
    expect(socket().sent.slice(1)).toEqual([{ type: 'unsubscribe', key: topicKey(hosts) }])
  })

  it('survives junk', () => {
    live.subscribe(hosts, new Recorder())
    socket().opens()
    socket().events.message('{')
    socket().events.message(new ArrayBuffer(4))
    socket().says({ type: 'what' })
    expect(live.connection.phase).toBe('open')
  })
})

describe('reconnecting', () => {
  it('waits longer each time and subscribes again', () => {
    live.subscribe(hosts, new Recorder())
    socket().opens()
    socket().dies()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      expect(live.connection.phase).toBe('waiting')
      const waitMs = live.connection.nextTryMs! - time.nowMs
      waits.push(waitMs)
      time.pass(waitMs)
      expect(live.connection.phase).toBe('connecting')
      if (i < 7) socket().dies()
    }
    expect(waits).toEqual([375, 750, 1500, 3000, 6000, 12000, 15000, 15000])
    socket().opens()
    expect(live.connection).toMatchObject({ phase: 'open', tries: 0 })
    expect(socket().sent).toEqual([{ type: 'subscribe', topic: hosts }])
  })

  it('comes back at once when the server restarts', () => {
    live.subscribe(hosts, new Recorder())
    socket().opens()
    socket().says({ type: 'restarting' })
    expect(live.connection.restarting).toBe(true)
    socket().dies(liveClose.restart)
    time.pass(250)
    expect(live.connection.phase).toBe('connecting')
    socket().dies()
    expect(live.connection.nextTryMs! - time.nowMs).toBeGreaterThan(250)
  })

  it('does not come back when the session has ended', () => {
    live.subscribe(hosts, new Recorder())
    socket().opens()
    socket().dies(liveClose.sessionEnded)
    time.pass(600_000)
    expect(sockets).toHaveLength(1)
    expect(calls.at(-1)).toBe('sessionEnded')
    expect(live.connection.phase).toBe('ended')
  })

  it('asks whether it may when it is refused', () => {
    live.subscribe(hosts, new Recorder())
    socket().dies()
    expect(calls).toEqual(['refused'])
  })

  it('gives up a socket that never opens', () => {
    live.subscribe(hosts, new Recorder())
    time.pass(10_000)
    expect(live.connection.phase).toBe('waiting')
    expect(sockets[0]?.closed).toBe(true)
  })

  it('does nothing for nobody', () => {
    const stop = live.subscribe(hosts, new Recorder())
    socket().opens()
    stop()
    socket().dies()
    expect(live.connection.phase).toBe('idle')
    time.pass(60_000)
    expect(sockets).toHaveLength(1)
  })
})

describe('silence', () => {
  it('asks for a sign of life, and stays when it comes', () => {
    const seen = new Recorder()
    live.subscribe(domain, seen)
    live.subscribe(hosts, new Recorder())
    socket().opens()
    socket().says(full(hosts, 1))
    socket().sent = []
    time.pass(quietMs)
    expect(socket().sent).toEqual([{ type: 'subscribe', topic: hosts }])
    time.pass(probeMs - 1)
    socket().says(full(hosts, 2))
    time.pass(probeMs)
    expect(live.connection.phase).toBe('open')
  })

  it('takes the line for cut when nothing comes', () => {
    live.subscribe(hosts, new Recorder())
    socket().opens()
    time.pass(quietMs + probeMs)
    expect(sockets[0]?.closed).toBe(true)
    expect(live.connection.phase).toBe('waiting')
  })

  it('does not wait for slept timers when the page wakes', () => {
    live.subscribe(hosts, new Recorder())
    socket().opens()
    socket().sent = []
    time.nowMs += 3_600_000
    live.wake()
    expect(socket().sent).toHaveLength(1)
    time.pass(probeMs)
    expect(live.connection.phase).toBe('waiting')
    live.wake()
    expect(live.connection.phase).toBe('connecting')
  })
})

describe('a topic that is gone', () => {
  it('is said, and asked for again ever more rarely until it is there', () => {
    const seen = new Recorder()
    live.subscribe(domain, seen)
    socket().opens()
    const gone = {
      type: 'gone',
      key: topicKey(domain),
      problem: { type: 'urn:x', title: 'x', status: 404, code: 'not_found' },
    }
    socket().says(gone)
    expect(seen.frames).toEqual(['gone not_found'])
    socket().sent = []
    time.pass(1_000)
    expect(socket().sent).toHaveLength(1)
    socket().says(gone)
    time.pass(1_000)
    expect(socket().sent).toHaveLength(1)
    time.pass(1_000)
    expect(socket().sent).toHaveLength(2)
    socket().says(full(domain, 1, 'back'))
    expect(seen.frames.at(-1)).toBe('back')
  })
})

describe('backoffMs', () => {
  it('is at once for 0, doubles, and is bounded', () => {
    expect(backoffMs(0, 0.99)).toBeLessThanOrEqual(250)
    expect(backoffMs(1, 0)).toBe(250)
    expect(backoffMs(2, 0)).toBe(500)
    expect(backoffMs(40, 0.999)).toBeLessThanOrEqual(20_000)
  })
})
