import type { ProblemError } from '../../../server/contract/problem.ts'
import type { RouteSpec } from './route-spec.ts'

/** @throws ZodError when the reply is not what the table promises: then it is a fault of ours (500) */
export function replyResponse(
  spec: RouteSpec,
  done: { body: unknown; setCookie?: string[] },
  requestHeaders: Headers,
): Response {
  const headers = new Headers()
  const https = requestHeaders.get('x-forwarded-proto') === 'https'
  for (const cookie of done.setCookie ?? []) {
    // Behind a proxy that speaks https, also when nobody configured the public URL.
    const secure = https && !/;\s*secure/i.test(cookie)
    headers.append('set-cookie', secure ? `${cookie}; Secure` : cookie)
  }
  if (spec.reply === null) return new Response(null, { status: 204, headers })
  if (spec.reply === 'xml') {
    headers.set('content-type', 'application/xml; charset=utf-8')
    return new Response(String(done.body), { status: 200, headers })
  }
  headers.set('content-type', 'application/json')
  const body = JSON.stringify(spec.reply.parse(done.body))
  return new Response(body, { status: spec.status ?? 200, headers })
}

export function problemResponse(problem: ProblemError): Response {
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  const { retryAfterSeconds } = problem.init
  if (retryAfterSeconds !== undefined) {
    headers.set('retry-after', String(Math.ceil(retryAfterSeconds)))
  }
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer realm="ballast"')
  return new Response(JSON.stringify(problem.toProblem()), {
    status: problem.status,
    headers,
  })
}
