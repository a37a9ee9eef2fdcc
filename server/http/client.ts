import type { IncomingMessage } from 'node:http'

/** The header in which the server tells route handlers who called. Never taken from outside. */
export const addressHeader = 'x-ballast-address'

const forwarding = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
]

/**
 * Settles who called and how before anybody else reads the headers: `x-ballast-address`, `host` and
 * `x-forwarded-proto` are right afterwards, and no other forwarding header is left.
 *
 * Behind a trusted proxy the last entry of X-Forwarded-For counts: it is the one that our own proxy
 * added, what stands before it anybody may have written.
 */
export function settleClient(request: IncomingMessage, trustProxy: boolean): void {
  const { headers } = request
  const forwardedFor = trustProxy ? lastOf(headers['x-forwarded-for']) : undefined
  const forwardedHost = trustProxy ? lastOf(headers['x-forwarded-host']) : undefined
  const https = trustProxy && lastOf(headers['x-forwarded-proto']) === 'https'
  for (const name of forwarding) delete headers[name]
  const address = forwardedFor ?? request.socket.remoteAddress ?? ''
  // An IPv4 address on a socket that listens on IPv6 too.
  headers[addressHeader] = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (forwardedHost) headers.host = forwardedHost
  headers['x-forwarded-proto'] = https ? 'https' : 'http'
}

export function isHttps(request: IncomingMessage): boolean {
  return request.headers['x-forwarded-proto'] === 'https'
}

/** The headers of a request as fetch and better-auth know them. */
export function webHeaders(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined)
      headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return [header].flat().join(',').split(',').at(-1)?.trim() || undefined
}
