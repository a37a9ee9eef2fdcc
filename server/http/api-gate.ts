import type { IncomingMessage, ServerResponse } from 'node:http'

import { routeRoles } from '../contract/access.ts'
import { ProblemError } from '../contract/problem.ts'

/** The largest body the API takes. Bytes. */
const maxBodyBytes = 1024 * 1024

/** Whose body goes on to a host as it comes, and is never here as a whole. */
const unlimited = new Set(['PUT /api/v1/uploads/{id}'])

interface Route {
  /** As in the access table. */
  path: string
  pattern: RegExp
  methods: Set<string>
}

/** One entry a path of the access table, with the methods it has. */
const routes: Route[] = []
for (const key of Object.keys(routeRoles)) {
  const [method = '', path = ''] = key.split(' ')
  const source = `^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`
  const known = routes.find((route) => route.pattern.source === new RegExp(source).source)
  const route = known ?? { path, pattern: new RegExp(source), methods: new Set<string>() }
  if (!known) routes.push(route)
  route.methods.add(method)
  if (method === 'GET') route.methods.add('HEAD')
}

export type Verdict =
  /** `limited`: its body is bounded in size and time. */
  | { pass: true; limited: boolean }
  | { pass: false; problem: ProblemError; allow?: string }
  | { pass: false; problem: null; allow: string }

/**
 * What Next would answer with a page or an empty body, answered as problem+json before Next sees it:
 * paths and methods that are not in the access table, and bodies that are too large.
 */
export function judge(request: IncomingMessage, path: string): Verdict {
  const route = isPlain(path) ? routes.find(({ pattern }) => pattern.test(path)) : undefined
  if (!route) {
    const detail = 'There is nothing here. GET /api/v1/openapi.json lists what there is.'
    return { pass: false, problem: new ProblemError('not_found', { detail }) }
  }
  const allow = [...route.methods, 'OPTIONS'].join(', ')
  const method = request.method ?? ''
  if (method === 'OPTIONS') return { pass: false, problem: null, allow }
  if (!route.methods.has(method)) {
    const detail = `${method} is not possible here, only ${allow}`
    return {
      pass: false,
      problem: new ProblemError('method_not_allowed', { detail }),
      allow,
    }
  }
  const limited = !unlimited.has(`${method} ${route.path}`)
  if (limited && Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
    const detail = `The body is larger than ${maxBodyBytes} bytes`
    return { pass: false, problem: new ProblemError('too_large', { detail }) }
  }
  return { pass: true, limited }
}

/** False for segments that mean another path once decoded: `..`, `%2e%2e`, `..%2f`, `%00`. */
function isPlain(path: string): boolean {
  return path.split('/').every((segment) => {
    try {
      const decoded = decodeURIComponent(segment)
      return decoded !== '.' && decoded !== '..' && !/[/\\\p{Cc}]/u.test(decoded)
    } catch {
      // A `%` that begins no escape.
      return false
    }
  })
}

/** Answers with a problem, and reads away what is left of the body, so that the client sees it. */
export function sendVerdict(
  request: IncomingMessage,
  response: ServerResponse,
  verdict: Exclude<Verdict, { pass: true }>,
): void {
  if (verdict.allow) response.setHeader('allow', verdict.allow)
  if (!verdict.problem) {
    response.writeHead(204).end()
    return
  }
  const body = JSON.stringify(verdict.problem.toProblem())
  response.writeHead(verdict.problem.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  request.resume()
}
