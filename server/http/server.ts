import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { Duplex } from 'node:stream'

import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'

import { serverRouteRoles } from '../contract/access.ts'
import { roleAllows } from '../contract/account.ts'
import type { Me } from '../contract/account.ts'
import { liveLimits } from '../contract/live.ts'
import { isTrustedOrigin } from '../contract/origin.ts'
import { ProblemError } from '../contract/problem.ts'
import type { LiveHub } from '../hub/live-hub.ts'
import { judge, sendVerdict } from './api-gate.ts'
import { setBodyDeadline } from './body-deadline.ts'
import { isHttps, settleClient, webHeaders } from './client.ts'
import { setSecurityHeaders } from './security-headers.ts'

export interface HttpOptions {
  host: string
  port: number
  publicUrl: string | null
  trustedOrigins: readonly string[]
  trustProxy: boolean
  development: boolean
  hub: LiveHub
  identify(headers: Headers): Promise<Me | null>
  /** All figures in Prometheus' text format. */
  metrics(): Promise<string>
  logger: Logger
  /** How long a body may take that is no upload. */
  bodyDeadlineMs?: number
  /** Left out: Next. Tests hand in a stand-in. */
  pages?: Pages
}

/** Whatever answers requests that are not ours: Next, or a stand-in in tests. */
export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** A websocket that is not ours: hot reloading in development. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): Promise<void>
}

export interface RunningServer {
  /** Where it listens, such as http://127.0.0.1:8080. */
  url: string
  port: number
  /** Takes no new requests, lets those under way end (5 s), then closes everything. */
  close(): Promise<void>
}

/** The address cannot be used; the message names the setting. */
export class ListenError extends Error {
  override name = 'ListenError'
}

const projectDir = resolve(import.meta.dirname, '../..')
const shutdownGraceMs = 5000
/** At most 1 MiB has to come in it. */
const defaultBodyDeadlineMs = 30_000

/** Starts listening. @throws ListenError when the address cannot be used; Error when the pages were not built */
export async function startHttpServer(options: HttpOptions): Promise<RunningServer> {
  const { hub, logger, development, bodyDeadlineMs = defaultBodyDeadlineMs } = options
  const pages = options.pages ?? (await loadNext(options))
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: liveLimits.maxFrameBytes,
    // The same bytes go to all readers; compressing them for each would cost more than it saves.
    perMessageDeflate: false,
  })
  const publicHttps = options.publicUrl?.startsWith('https:') ?? false

  async function answer(request: IncomingMessage, response: ServerResponse) {
    settleClient(request, options.trustProxy)
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const api = /^\/+api(\/|$)/.test(path)
    const https = publicHttps || isHttps(request)
    setSecurityHeaders(request, response, { api, https, development })
    // A page knows its path only in the browser; the login page is told where to lead back to.
    request.headers['x-path'] = request.url
    if (path === '/metrics') return sendMetrics(request, response)
    const verdict = api ? judge(request, path) : { pass: true as const, limited: true }
    if (!verdict.pass) return sendVerdict(request, response, verdict)
    if (verdict.limited) setBodyDeadline(request, response, bodyDeadlineMs)
    await pages.handle(request, response)
  }

  async function sendMetrics(request: IncomingMessage, response: ServerResponse) {
    const me = await options.identify(webHeaders(request))
    const needs = serverRouteRoles['GET /metrics']
    if (!me || !roleAllows(me.role, needs)) {
      const detail = 'Send the token of a viewer as `Authorization: Bearer TOKEN`'
      response.setHeader('www-authenticate', 'Bearer realm="ballast"')
      const problem = new ProblemError(me ? 'forbidden' : 'unauthenticated', { detail })
      sendVerdict(request, response, { pass: false, problem })
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const allow = 'GET, HEAD'
      const problem = new ProblemError('method_not_allowed', { detail: `Only ${allow}` })
      sendVerdict(request, response, { pass: false, problem, allow })
      return
    }
    const body = Buffer.from(await options.metrics())
    response.writeHead(200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': body.length,
      'cache-control': 'no-store',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    settleClient(request, options.trustProxy)
    const path = (request.url ?? '').split('?', 1)[0]
    if (path !== '/live') {
      if (development) pages.upgrade(request, socket, head)
      else refuse(socket, new ProblemError('not_found', { detail: 'No socket here' }))
      return
    }
    const headers = webHeaders(request)
    const me = await admit(headers)
    if (socket.destroyed) return
    sockets.handleUpgrade(request, socket, head, (opened) =>
      hub.accept(opened, { me, identify: () => options.identify(headers) }),
    )
  }

  /** @throws ProblemError when this socket may not be opened */
  async function admit(headers: Headers): Promise<Me> {
    if (!isTrustedOrigin(headers, options.trustedOrigins)) {
      throw new ProblemError('forbidden', {
        detail: `Pages of ${headers.get('origin')} may not use this server`,
        remedy: 'Add the origin to BALLAST_TRUSTED_ORIGINS if it is yours',
      })
    }
    const me = await options.identify(headers)
    if (!me) throw new ProblemError('unauthenticated', { detail: 'Log in first' })
    if (!roleAllows(me.role, 'viewer')) {
      throw new ProblemError('forbidden', { detail: 'This needs the role viewer' })
    }
    if (!hub.hasRoomFor(me.id)) {
      throw new ProblemError('too_many_requests', { detail: 'Too many open sockets' })
    }
    return me
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      logger.error({ err: error, path: request.url }, 'request failed')
      if (response.headersSent) response.destroy()
      else {
        const detail = 'The server failed to answer; its log says why'
        const problem = new ProblemError('internal', { detail })
        sendVerdict(request, response, { pass: false, problem })
      }
    })
  })
  // An upload may take hours: a deadline of Node's would be for all. Others have one of their own.
  server.requestTimeout = 0
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => logger.debug({ err: error }, 'socket failed'))
    upgrade(request, socket, head).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) logger.error({ err: error }, 'upgrade failed')
      refuse(
        socket,
        error instanceof ProblemError
          ? error
          : new ProblemError('internal', { detail: 'The server failed; its log says why' }),
      )
    })
  })
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    close: () => close(server, hub, pages),
  }
}

function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((done, refused) => {
    const failed = (error: Error) =>
      refused(
        new ListenError(
          `BALLAST_HOST, BALLAST_PORT: cannot listen there: ${error.message}`,
          {
            cause: error,
          },
        ),
      )
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      done()
    })
  })
}

async function close(server: Server, hub: LiveHub, pages: Pages): Promise<void> {
  hub.close()
  const closed = new Promise<void>((done) => server.close(() => done()))
  // A browser keeps its connection open after the last answer: it is ended as soon as it is idle.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const hurry = setTimeout(() => server.closeAllConnections(), shutdownGraceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(hurry)
  await pages.close()
}

/** A real HTTP answer instead of an upgrade. */
function refuse(socket: Duplex, problem: ProblemError): void {
  if (socket.destroyed) return
  const body = JSON.stringify(problem.toProblem())
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.code}\r\n` +
      'Content-Type: application/problem+json\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      'X-Content-Type-Options: nosniff\r\n' +
      'Connection: close\r\n\r\n' +
      body,
  )
}

/**
 * Next as a request handler. It hangs an upgrade listener on the server it is given; it gets one that
 * never listens, so that there is one upgrade listener in this process and it is ours.
 */
async function loadNext({ development, host, port }: HttpOptions): Promise<Pages> {
  // Loaded late: React chooses its build by NODE_ENV, which config.ts settles.
  const { default: next } = await import('next')
  const neverListening = createServer()
  const app = next({
    dev: development,
    dir: projectDir,
    hostname: host,
    port,
    httpServer: neverListening,
  })
  const handle = app.getRequestHandler()
  await app.prepare()
  return {
    handle: (request, response) => handle(request, response),
    upgrade: (request, socket, head) =>
      neverListening.emit('upgrade', request, socket, head),
    close: () => app.close(),
  }
}
