// One file because one thing is tested: the order of all that a request meets before Next does.

import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'

import type { Me } from '../contract/account.ts'
import { LiveHub } from '../hub/live-hub.ts'
import { ListenError, startHttpServer } from './server.ts'
import type { HttpOptions, RunningServer } from './server.ts'

const logger = pino({ level: 'silent' })
const viewer: Me = { id: 'u1', username: 'ann', role: 'viewer', via: 'session' }

let server: RunningServer
let hub: LiveHub
/*
 * What the server in front of Next lets through. Long, because every case goes through one and the same
 * running server: headers, gate, bodies and upgrades meet only there.
 */

/** The headers of the last request that reached the pages. */
let seen: IncomingHttpHeaders = {}
let seenUpgrade = 0
let answerPage: () => Promise<void> = async () => {}

async function start(more: Partial<HttpOptions> = {}): Promise<RunningServer> {
  hub = new LiveHub({
    source: { open: () => ({ full: () => ({ hosts: [] }), close: () => {} }) },
    version: '1',
    logger,
  })
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    trustedOrigins: ['https://ballast.example.org'],
    trustProxy: false,
    development: false,
    hub,
    logger,
    metrics: () => Promise.resolve('up 1\n'),
    identify: async (headers) => {
      if (headers.get('cookie') === 'broken') throw new Error('secret stack')
      return headers.get('cookie') === 'ann' ? viewer : null
    },
    pages: {
      handle: async (request, response) => {
        seen = request.headers
        await answerPage()
        response.end('page')
      },
      upgrade: (_request, socket) => {
        seenUpgrade += 1
        socket.end('HTTP/1.1 418 mine\r\n\r\n')
      },
      close: async () => {},
    },
    ...more,
  })
  return server
}

beforeEach(async () => {
  seen = {}
  seenUpgrade = 0
  answerPage = async () => {}
})
afterEach(() => server.close())

/** One request as bytes, for what fetch would not send. */
const raw = (path: string, method = 'GET', headers = '', body = '') =>
  new Promise<string>((done, failed) => {
    const socket = connect(server.port, '127.0.0.1')
    let text = ''
    socket.on('data', (data) => {
      text += String(data)
      if (text.includes('\r\n\r\n')) socket.end()
    })
    socket.on('close', () => done(text))
    socket.on('error', failed)
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`)
  })

/** Tries to open one: the close code, or the status of the refusal. */
function dial(headers: Record<string, string>, path = '/live') {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
  return new Promise<{ socket: WebSocket; status: number; type?: string }>((done) => {
    socket.on('open', () => done({ socket, status: 101 }))
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      const type = response.headers['content-type']
      done({ socket, status: response.statusCode ?? 0, type })
    })
    socket.on('error', () => {})
  })
}

describe('every answer', () => {
  test('carries the security headers', async () => {
    await start()
    const { headers } = await fetch(server.url)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("frame-ancestors 'none'")
    expect(/script-src[^;]*/.exec(policy)?.[0]).not.toContain('unsafe')
  })

  test('tells the page its path, whatever the client says', async () => {
    await start()
    await fetch(`${server.url}/hosts/alpha?x=1`, { headers: { 'x-path': '/evil' } })
    expect(seen['x-path']).toBe('/hosts/alpha?x=1')
  })

  test('has a nonce of its own, which the page is told', async () => {
    await start()
    const policies = await Promise.all(
      [1, 2].map(async () =>
        (await fetch(server.url)).headers.get('content-security-policy'),
      ),
    )
    expect(policies[0]).not.toBe(policies[1])
    expect(seen['content-security-policy']).toContain(`'nonce-${String(seen['x-nonce'])}'`)
  })

  test('of the API is never kept and loads nothing', async () => {
    await start()
    const { headers } = await fetch(`${server.url}/api/v1/health`)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('asks for https where people come by https', async () => {
    await start({ publicUrl: 'https://ballast.example.org' })
    const { headers } = await fetch(server.url)
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/)
  })
})

describe('what a client says about itself', () => {
  const forged = {
    'x-forwarded-for': '6.6.6.6, 7.7.7.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'ballast.example.org',
    'x-real-ip': '6.6.6.6',
    'x-ballast-address': '6.6.6.6',
  }

  test('is not believed', async () => {
    await start()
    await fetch(server.url, { headers: forged })
    expect(seen['x-ballast-address']).toBe('127.0.0.1')
    expect(seen['x-forwarded-proto']).toBe('http')
    expect(seen.host).toBe(`127.0.0.1:${server.port}`)
    expect(seen['x-real-ip']).toBeUndefined()
  })

  test('is believed of a trusted proxy, as far as the proxy itself saw it', async () => {
    await start({ trustProxy: true })
    const { headers } = await fetch(server.url, { headers: forged })
    expect(seen['x-ballast-address']).toBe('7.7.7.7')
    expect(seen.host).toBe('ballast.example.org')
    expect(headers.get('strict-transport-security')).not.toBeNull()
  })
})

describe('the API gate', () => {
  test.each([
    '/api',
    '/api/',
    '/api/v2/hosts',
    '/api/v1/nope',
    '/api/v1/hosts/',
    '/api/v1/hosts/..%2f..%2fusers',
    '/api/v1/hosts/%2e%2e/users',
    '/api/v1/../v1/users',
    '/api/v1/hosts/a%00b',
    '/api/v1/hosts/a%0d%0aSet-Cookie:x',
    '/api/v1/hosts/a%5cb',
    '/api/v1/hosts/%zz',
    '//api/v1/users',
    '/api/_lib/handler',
  ])('%s is a problem 404 and reaches nobody', async (path) => {
    await start()
    const text = await raw(path)
    expect(text).toMatch(/^HTTP\/1\.1 404 /)
    expect(text).toContain('application/problem+json')
    expect(text).not.toMatch(/\n {4}at /)
    expect(seen).toEqual({})
  })

  test('a wrong method is a problem 405 that names the right ones', async () => {
    await start()
    const response = await fetch(`${server.url}/api/v1/hosts`, { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' })
    const trace = await raw('/api/v1/hosts', 'PROPFIND')
    expect(trace).toMatch(/^HTTP\/1\.1 405/)
  })

  test('HEAD has no body, OPTIONS says what is allowed and opens nothing', async () => {
    await start()
    const head = await fetch(`${server.url}/api/v1/nope`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([404, ''])
    const options = await fetch(`${server.url}/api/v1/login`, { method: 'OPTIONS' })
    expect(options.status).toBe(204)
    expect(options.headers.get('allow')).toBe('POST, OPTIONS')
    expect(options.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('a body of 50 MB is refused by its length, and the client hears it', async () => {
    await start()
    const response = await fetch(`${server.url}/api/v1/login`, {
      method: 'POST',
      body: Buffer.alloc(50 * 1024 * 1024),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'too_large' })
    expect(seen).toEqual({})
  })

  describe('a body that trickles in', () => {
    /** Sends the head and then a byte now and then, for ever; gives what came back and what was taken. */
    async function trickle(method: string, path: string, untilTaken = Infinity) {
      let taken = 0
      let broken = false
      await start({
        bodyDeadlineMs: 300,
        pages: {
          handle: async (request, response) => {
            try {
              for await (const piece of request) taken += piece.length
            } catch {
              broken = true
            }
            if (!response.headersSent) response.end('page')
          },
          upgrade: () => undefined,
          close: async () => {},
        },
      })
      const socket = connect(server.port, '127.0.0.1')
      let text = ''
      socket.on('data', (data) => (text += String(data)))
      socket.on('error', () => undefined)
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n`,
      )
      const drip = setInterval(() => socket.write('x'), 50)
      try {
        await vi.waitFor(
          () => expect(socket.closed || taken >= untilTaken).toBe(true),
          5_000,
        )
      } finally {
        clearInterval(drip)
        socket.destroy()
      }
      await vi.waitFor(() => expect(broken).toBe(true))
      return text
    }

    test('is ended, and the client hears it', async () => {
      const text = await trickle('POST', '/api/v1/login')
      expect(text).toMatch(/^HTTP\/1\.1 408/)
      expect(text).toContain('"code":"request_timeout"')
    })

    test('also one of a page', async () => {
      expect(await trickle('POST', '/login')).toMatch(/^HTTP\/1\.1 408/)
    })

    test('may take its time as an upload', async () => {
      // Twice as long as others have.
      expect(await trickle('PUT', '/api/v1/uploads/abc', 12)).toBe('')
    })
  })

  test('a request without a body, and one whose body is here, may be answered late', async () => {
    await start({ bodyDeadlineMs: 50 })
    answerPage = () => new Promise((done) => setTimeout(done, 200))
    expect((await fetch(server.url)).status).toBe(200)
    const body = JSON.stringify({ username: 'ann' })
    expect(
      (await fetch(`${server.url}/api/v1/login`, { method: 'POST', body })).status,
    ).toBe(200)
  })

  test('two lengths, a bad line, a huge header: 4xx, and the server lives', async () => {
    await start()
    const twice = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'
    expect(await raw('/api/v1/login', 'POST', twice, 'hello')).toMatch(/^HTTP\/1\.1 4/)
    expect(await raw('/ HTTP/9.9\r\n')).toMatch(/^HTTP\/1\.1 4/)
    expect(await raw('/', 'GET', `X: ${'a'.repeat(40_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431/)
    expect((await fetch(server.url)).status).toBe(200)
  })

  test('pages that fail are a problem 500 without a stack', async () => {
    await start()
    answerPage = async () => {
      throw new Error('secret detail')
    }
    const response = await fetch(`${server.url}/api/v1/health`)
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'internal' })
    expect(text).not.toContain('secret')
  })
})

describe('the live socket', () => {
  test('opens for a session, from a page of ours or a program', async () => {
    await start()
    for (const origin of [
      undefined,
      `http://127.0.0.1:${server.port}`,
      'https://ballast.example.org',
    ]) {
      const headers: Record<string, string> = { cookie: 'ann' }
      if (origin) headers.origin = origin
      const { status, socket } = await dial(headers)
      expect(status).toBe(101)
      socket.terminate()
    }
  })

  test('is refused as real HTTP: nobody 401, foreign page 403, elsewhere 404', async () => {
    await start()
    expect(await dial({})).toMatchObject({
      status: 401,
      type: 'application/problem+json',
    })
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1', 'junk']) {
      expect(await dial({ cookie: 'ann', origin })).toMatchObject({ status: 403 })
    }
    expect(await dial({ cookie: 'ann' }, '/other')).toMatchObject({ status: 404 })
    expect(await dial({ cookie: 'ann' }, '/_next/webpack-hmr')).toMatchObject({
      status: 404,
    })
    expect(await dial({ cookie: 'broken' })).toMatchObject({ status: 500 })
    expect(hub.sessionCount).toBe(0)
  })

  test('is refused when one identity has too many', async () => {
    await start()
    vi.spyOn(hub, 'hasRoomFor').mockReturnValue(false)
    expect(await dial({ cookie: 'ann' })).toMatchObject({ status: 429 })
  })

  test('of Next is handed on in development, and only then', async () => {
    await start({ development: true })
    expect(await dial({}, '/_next/webpack-hmr')).toMatchObject({ status: 418 })
    expect(seenUpgrade).toBe(1)
  })

  test('hears that the server restarts', async () => {
    await start()
    const { socket } = await dial({ cookie: 'ann' })
    const code = new Promise((done) => socket.on('close', done))
    await server.close()
    expect(await code).toBe(1012)
  })
})

describe('the end', () => {
  test('waits for what is under way and takes nothing new', async () => {
    await start()
    const begun = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    answerPage = () => {
      begun.resolve()
      return finish.promise
    }
    const running = fetch(server.url)
    await begun.promise
    const closing = server.close()
    await expect(fetch(server.url)).rejects.toThrow()
    finish.resolve()
    expect(await (await running).text()).toBe('page')
    await closing
  })

  test('a port in use is named by its setting', async () => {
    await start()
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : 0
    const first = server
    try {
      await expect(start({ port })).rejects.toThrow(ListenError)
      await expect(start({ port })).rejects.toThrow(/BALLAST_PORT.*EADDRINUSE/)
    } finally {
      server = first
      other.close()
    }
  })
})

const get = (cookie: string, method = 'GET') =>
  fetch(`${server.url}/metrics`, { method, headers: { cookie } })

describe('/metrics', () => {
  test('is for who may see, and for nobody else', async () => {
    await start()
    const refused = await get('nobody')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('Bearer')
    const given = await get('ann')
    expect(given.headers.get('content-type')).toContain('version=0.0.4')
    expect(await given.text()).toBe('up 1\n')
    expect((await get('ann', 'POST')).status).toBe(405)
  })
})
