import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import type { Me } from '../contract/account.ts'
import { liveClose, liveLimits, serverMessage, topicKey } from '../contract/live.ts'
import type {
  LiveHandle,
  LiveListener,
  LiveSource,
  ServerMessage,
  Topic,
  TopicDelta,
} from '../contract/live.ts'
import { ProblemError } from '../contract/problem.ts'
import { LiveHub } from './live-hub.ts'

const hosts: Topic = { name: 'hosts' }
const domain = (host: string): Topic => ({
  name: 'domain',
  host,
  uuid: '6f8a7c1e-0000-4000-8000-000000000001',
})
const viewer: Me = { id: 'u1', username: 'ann', role: 'viewer', via: 'session' }

/** Stands for the fleet: says what is open and lets a test send increments. */
class FakeSource implements LiveSource {
  readonly listeners = new Map<string, LiveListener>()
  fulls = 0
  padding = ''

  open(topic: Topic, listener: LiveListener): LiveHandle {
    if (topic.name === 'domain' && topic.host === 'missing') {
      throw new ProblemError('not_found', { detail: 'There is no host missing' })
    }
    const key = topicKey(topic)
    if (this.listeners.has(key)) throw new Error(`${key} was opened twice`)
    this.listeners.set(key, listener)
    return {
      full: () => {
        this.fulls += 1
        return { hosts: [], padding: this.padding }
      },
      close: () => this.listeners.delete(key),
    }
  }

  delta(topic: Topic = hosts, padding = ''): void {
    const data: TopicDelta & { padding: string } = { upsert: [], remove: [], padding }
    this.listeners.get(topicKey(topic))?.delta(data)
  }
}

let source: FakeSource
let hub: LiveHub
let server: Server
let identity: Me | null
let port = 0
const open: (WebSocket | Socket)[] = []

beforeEach(async () => {
  source = new FakeSource()
  hub = new LiveHub({ source, version: '1', logger: pino({ level: 'silent' }) })
  identity = viewer
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: liveLimits.maxFrameBytes,
  })
  server = createServer()
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (opened) =>
      hub.accept(opened, { me: viewer, identify: async () => identity }),
    ),
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  vi.useRealTimers()
  hub.close()
  for (const one of open.splice(0)) {
    if (one instanceof WebSocket) one.terminate()
    else one.destroy()
  }
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

/** A browser tab: what arrived, and a promise for the next thing that does. */
class Tab {
  readonly socket: WebSocket
  readonly messages: ServerMessage[] = []
  readonly closed: Promise<number>
  #waiting: { until: () => boolean; done: () => void }[] = []

  constructor() {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/live`)
    open.push(this.socket)
    this.closed = new Promise((done) => this.socket.on('close', done))
    this.socket.on('error', () => {})
    this.socket.on('message', (data) => {
      this.messages.push(serverMessage.parse(JSON.parse(String(data))))
      this.#waiting = this.#waiting.filter(({ until, done }) => {
        if (!until()) return true
        done()
        return false
      })
    })
  }

  async until(condition: (messages: ServerMessage[]) => boolean): Promise<this> {
    if (condition(this.messages)) return this
    await new Promise<void>((done) =>
      this.#waiting.push({ until: () => condition(this.messages), done }),
    )
    return this
  }

  of<T extends ServerMessage['type']>(type: T) {
    return this.messages.filter((one) => one.type === type)
  }

  async count(type: ServerMessage['type'], atLeast = 1): Promise<this> {
    return this.until(() => this.of(type).length >= atLeast)
  }

  subscribe(topic: Topic = hosts): void {
    this.socket.send(JSON.stringify({ type: 'subscribe', topic }))
  }
}

const openTab = () => new Tab().count('hello')

/** Sends one message and gives the code with which the socket is closed. */
const send = async (data: string | Buffer) => {
  const tab = await openTab()
  tab.socket.send(data)
  return tab.closed
}

/** Fills the socket of a tab that has stopped reading until increments are held back. */
async function stall(tab: Tab, kilobytes = 20_000) {
  tab.subscribe()
  await tab.count('full')
  tab.socket.pause()
  const padding = 'x'.repeat(50_000)
  for (let n = 0; n < kilobytes / 50; n++) {
    source.delta(hosts, padding)
    if (n % 10 === 0) await new Promise((done) => setImmediate(done))
  }
}

describe('topics', () => {
  test('the whole state first, then increments in order', async () => {
    const tab = await openTab()
    tab.subscribe()
    await tab.count('full')
    source.delta()
    source.delta()
    await tab.count('delta', 2)
    expect(
      tab.messages.map((one) => ('seq' in one ? [one.type, one.seq] : one.type)),
    ).toEqual(['hello', ['full', 0], ['delta', 1], ['delta', 2]])
  })

  test('asking again gives the whole state with the number it stands at', async () => {
    const tab = await openTab()
    tab.subscribe()
    await tab.count('full')
    source.delta()
    tab.subscribe()
    await tab.count('full', 2)
    expect(tab.of('full')[1]).toMatchObject({ seq: 1, key: topicKey(hosts) })
    expect(source.listeners.size).toBe(1)
  })

  test('one reader or many: the source is asked once, and let go with the last', async () => {
    const [a, b] = await Promise.all([openTab(), openTab()])
    a.subscribe()
    b.subscribe()
    await Promise.all([a.count('full'), b.count('full')])
    expect(hub.topicCount).toBe(1)
    a.socket.close()
    await a.closed
    expect(hub.topicCount).toBe(1)
    b.socket.send(JSON.stringify({ type: 'unsubscribe', key: topicKey(hosts) }))
    await vi.waitFor(() => expect(source.listeners.size).toBe(0))
    expect(hub.topicCount).toBe(0)
  })

  test('what does not exist is said to be gone, and the socket stays', async () => {
    const tab = await openTab()
    tab.subscribe(domain('missing'))
    await tab.count('gone')
    expect(tab.of('gone')[0]).toMatchObject({ problem: { code: 'not_found' } })
    tab.subscribe()
    await tab.count('full')
  })

  test('what ends later is said to be gone to all, and may come back', async () => {
    const [a, b] = await Promise.all([openTab(), openTab()])
    a.subscribe(domain('alpha'))
    b.subscribe(domain('alpha'))
    await Promise.all([a.count('full'), b.count('full')])
    source.listeners.get(topicKey(domain('alpha')))?.gone('The domain was undefined')
    await Promise.all([a.count('gone'), b.count('gone')])
    expect(a.of('gone')[0]).toMatchObject({ problem: { host: 'alpha' } })
    expect(hub.topicCount).toBe(0)
    a.subscribe(domain('alpha'))
    await a.count('full', 2)
  })

  test('200 readers share one frame', async () => {
    const tabs = await Promise.all(Array.from({ length: 200 }, openTab))
    for (const tab of tabs) tab.subscribe()
    await Promise.all(tabs.map((tab) => tab.count('full')))
    expect(source.listeners.size).toBe(1)
    expect(source.fulls).toBe(1)
    const listener = source.listeners.get(topicKey(hosts))
    const stringify = vi.spyOn(JSON, 'stringify')
    listener?.delta({ upsert: [], remove: [] })
    const made = stringify.mock.calls.length
    stringify.mockRestore()
    expect(made).toBe(1)
    await Promise.all(tabs.map((tab) => tab.count('delta')))
  })
})

describe('bad input closes the socket', () => {
  test.each([
    ['text that is no JSON', 'hello'],
    ['JSON that is no message', '{"type":"explode"}'],
    ['an unknown topic', '{"type":"subscribe","topic":{"name":"secrets"}}'],
    [
      'a topic with more than it has',
      '{"type":"subscribe","topic":{"name":"hosts","x":1}}',
    ],
    [
      'a host with a path in it',
      '{"type":"subscribe","topic":{"name":"host","host":"../x"}}',
    ],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['binary junk', Buffer.from([0, 1, 2, 255, 254])],
  ])('%s', async (_name, data) => {
    expect(await send(data)).toBe(liveClose.badMessage)
  })

  test('a frame of 1 MB, by the code of the protocol for it', async () => {
    expect(await send('x'.repeat(1024 * 1024))).toBe(1009)
  })

  test('bytes that are no frame, and the others never notice', async () => {
    const tab = await openTab()
    tab.subscribe()
    await tab.count('full')
    const raw = connect(port, '127.0.0.1')
    open.push(raw)
    raw.write(
      'GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    raw.once('data', () => raw.write(Buffer.alloc(5000, 0xff)))
    await new Promise((done) => raw.on('close', done))
    source.delta()
    await tab.count('delta')
    await vi.waitFor(() => expect(hub.sessionCount).toBe(1))
  })

  test('100,000 subscriptions', async () => {
    const tab = await openTab()
    for (let n = 0; n < 100_000; n++) tab.subscribe(domain(`host-${n}`))
    expect(await tab.closed).toBe(liveClose.tooManySubscriptions)
    expect(source.listeners.size).toBe(0)
    expect(hub.topicCount).toBe(0)
  })

  test('the same subscription over and over', async () => {
    const tab = await openTab()
    for (let n = 0; n < 5000; n++) tab.subscribe()
    expect(await tab.closed).toBe(liveClose.tooManySubscriptions)
  })
})

describe('a reader that does not keep up', () => {
  test('costs bounded memory', async () => {
    const accepted: { bufferedAmount: number }[] = []
    const accept = hub.accept.bind(hub)
    hub.accept = (socket, who) => {
      accepted.push(socket)
      accept(socket, who)
    }
    const tab = await openTab()
    await stall(tab)
    expect(accepted[0]?.bufferedAmount).toBeGreaterThan(liveLimits.slowBytes)
    expect(accepted[0]?.bufferedAmount).toBeLessThan(liveLimits.slowBytes + 60_000)
  })

  test('gets one whole state when it reads again, and nothing out of order', async () => {
    const tab = await openTab()
    await stall(tab)
    expect(source.fulls).toBe(1)
    tab.socket.resume()
    await tab.count('full', 2)
    source.delta()
    const last = () => tab.messages.at(-1)
    await tab.until(() => last()?.type === 'delta')
    const seqs = tab.messages.flatMap((one) => ('seq' in one ? [[one.type, one.seq]] : []))
    const second = seqs.findLastIndex(([type]) => type === 'full')
    expect(seqs[second]).toEqual(['full', 400])
    expect(seqs.slice(second + 1)).toEqual([['delta', 401]])
    // What came before the gap came without one.
    expect(seqs.slice(0, second).map(([, seq]) => seq)).toEqual(
      Array.from({ length: second }, (_, n) => n),
    )
  })

  test('is closed when it stays behind', async () => {
    const tab = await openTab()
    await stall(tab)
    const later = Date.now() + (liveLimits.slowSeconds + 1) * 1000
    vi.spyOn(Date, 'now').mockReturnValue(later)
    await vi.waitFor(() => expect(hub.topicCount).toBe(0), 3000)
    vi.restoreAllMocks()
    tab.socket.resume()
    expect([liveClose.tooSlow, 1006]).toContain(await tab.closed)
    await vi.waitFor(() => expect(hub.sessionCount).toBe(0), 3000)
  })

  test('does not hold up the others', async () => {
    const [slow, quick] = await Promise.all([openTab(), openTab()])
    quick.subscribe()
    await quick.count('full')
    await stall(slow, 5000)
    await quick.count('delta', 100)
    expect(quick.of('full')).toHaveLength(1)
  })
})

describe('who sits at the socket', () => {
  test('is asked again when something about the user changed', async () => {
    const tab = await openTab()
    await hub.recheckUser('somebody else')
    await hub.recheckUser(viewer.id)
    expect(tab.socket.readyState).toBe(WebSocket.OPEN)
    identity = null
    await hub.recheckUser(viewer.id)
    expect(await tab.closed).toBe(liveClose.sessionEnded)
  })

  test('may not stay with less of a role', async () => {
    identity = { ...viewer, role: 'admin' }
    const tab = await openTab()
    await hub.recheckUser(viewer.id)
    identity = viewer
    await hub.recheckUser(viewer.id)
    expect(await tab.closed).toBe(liveClose.sessionEnded)
  })
})

test('says goodbye before a restart', async () => {
  const tab = await openTab()
  tab.subscribe()
  await tab.count('full')
  hub.close()
  expect(await tab.closed).toBe(liveClose.restart)
  expect(tab.messages.at(-1)).toEqual({ type: 'restarting' })
  expect(source.listeners.size).toBe(0)
})
