import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const always: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
}

/** Two years, as the preload lists ask for. */
const strictTransport = 'max-age=63072000'

/**
 * What a page may load: its own files, and the inline scripts that carry this answer's nonce. Inline
 * styles are allowed, because charts and menus place themselves by the style attribute.
 */
export function pagePolicy(nonce: string, development: boolean): string {
  // React's development build explains errors by way of eval.
  const evaluate = development ? " 'unsafe-eval'" : ''
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evaluate}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    // Scripts send every form. One that is sent before they run must not put a password in the address.
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

/**
 * Sets the headers that every answer carries. Next finds the nonce in the policy of the *request*
 * and puts it on its scripts; pages read it as `x-nonce`.
 */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  { api, https, development }: { api: boolean; https: boolean; development: boolean },
): void {
  for (const [name, value] of Object.entries(always)) response.setHeader(name, value)
  if (https) response.setHeader('strict-transport-security', strictTransport)
  if (api) {
    response.setHeader('content-security-policy', apiPolicy)
    response.setHeader('cache-control', 'no-store')
    return
  }
  const nonce = randomBytes(16).toString('base64')
  const policy = pagePolicy(nonce, development)
  request.headers['content-security-policy'] = policy
  request.headers['x-nonce'] = nonce
  response.setHeader('content-security-policy', policy)
}
