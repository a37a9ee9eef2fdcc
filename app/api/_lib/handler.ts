import type { z } from 'zod'

import type { RouteKey } from '../../../server/contract/access.ts'
import { routeRoles } from '../../../server/contract/access.ts'
import { roleAllows } from '../../../server/contract/account.ts'
import type { Me } from '../../../server/contract/account.ts'
import { isTrustedOrigin } from '../../../server/contract/origin.ts'
import { ProblemError } from '../../../server/contract/problem.ts'
import { getRuntime } from '../../../server/runtime.ts'
import type { Runtime } from '../../../server/runtime.ts'
import { AuditLine } from './audit-line.ts'
import { readBody, readParams, readQuery } from './input.ts'
import { problemResponse, replyResponse } from './response.ts'
import type { RouteSpec } from './route-spec.ts'
import { routeSpecs } from './routes.ts'
import type { RouteSpecs } from './routes.ts'

type Output<Spec, Name extends string> =
  Spec extends Record<Name, z.ZodType> ? z.output<Spec[Name]> : undefined
type ReplyBody<Spec> = Spec extends { reply: z.ZodType }
  ? z.input<Spec['reply']>
  : Spec extends { reply: 'xml' }
    ? string
    : null
/** Whom a handler may count on: a route that nobody may call has perhaps nobody there. */
type Caller<Key extends RouteKey> = (typeof routeRoles)[Key] extends 'nobody'
  ? Me | null
  : Me

/** What a handler gets: input that has been parsed, and who asks. */
export interface Call<Key extends RouteKey> {
  runtime: Runtime
  me: Caller<Key>
  params: Output<RouteSpecs[Key], 'params'>
  query: Output<RouteSpecs[Key], 'query'>
  body: RouteSpecs[Key] extends { body: 'bytes' }
    ? AsyncIterable<Uint8Array> | null
    : Output<RouteSpecs[Key], 'body'>
  headers: Headers
  address: string | null
}

/** What a handler gives: the reply, and what the audit line should know besides. */
export interface Done<Key extends RouteKey> {
  body: ReplyBody<RouteSpecs[Key]>
  /** The equivalent virsh line. */
  command?: string | null
  /** Which host, where the path does not name it. */
  host?: string
  /** What it was done to, where host and domain do not say. */
  detail?: string
  setCookie?: string[]
  /** Who it was, where that is known only now (login). */
  me?: Me
}

interface NextContext {
  params: Promise<Record<string, string | string[] | undefined>>
}

/**
 * The one way a request comes in: who asks, from which page, may they, is the input right; then the
 * handler; then its reply through the schema, errors as problem+json, and a line in the audit log for
 * everything that changes something, also when it was refused.
 *
 *   export const GET = route('GET /api/v1/hosts', ({ runtime }) => ({ body: … }))
 */
export function route<Key extends RouteKey>(
  key: Key,
  work: (call: Call<Key>) => Done<Key> | Promise<Done<Key>>,
): (request: Request, context: NextContext) => Promise<Response> {
  const spec: RouteSpec = routeSpecs[key]
  return async (request, context) => {
    const runtime = getRuntime()
    const headers = request.headers
    const address = headers.get('x-ballast-address')
    const audit = new AuditLine(runtime, spec, address)
    try {
      const me = await runtime.auth.identify(headers)
      const names = await context.params
      // Before the role is looked at: a refusal is worth little without what it was about.
      audit.caller(me, spec.params?.safeParse(names).data)
      checkOrigin(request, runtime)
      checkRole(key, me)
      const params = readParams(spec, names)
      const query = readQuery(spec, request)
      const body = await readBody(spec, request)
      audit.input(body)
      // The schemas of this key gave these values: the types follow from the same table.
      const call = { runtime, me, params, query, body, headers, address } as Call<Key>
      const done = await work(call)
      const response = replyResponse(spec, done, headers)
      audit.ok(done)
      return response
    } catch (error) {
      const problem = asProblem(error, runtime, key)
      audit.failed(problem)
      return problemResponse(problem)
    }
  }
}

/** Against pages of other origins that let a logged-in browser send something (CSRF). */
function checkOrigin(request: Request, { trustedOrigins }: Runtime): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  // A token is never sent by itself.
  if (request.headers.has('authorization')) return
  if (isTrustedOrigin(request.headers, trustedOrigins)) return
  throw new ProblemError('forbidden', {
    detail: `Pages of ${request.headers.get('origin') ?? 'another site'} may not change anything here`,
    remedy: 'Add the origin to BALLAST_TRUSTED_ORIGINS if it is yours',
  })
}

function checkRole(key: RouteKey, me: Me | null): void {
  const needs = routeRoles[key]
  if (needs === 'nobody') return
  if (!me) {
    throw new ProblemError('unauthenticated', {
      detail: 'Log in, or send a valid token as `Authorization: Bearer TOKEN`',
    })
  }
  if (roleAllows(me.role, needs)) return
  throw new ProblemError('forbidden', {
    detail: `This needs the role ${needs}; ${me.username} has the role ${me.role}`,
    remedy: 'Ask an admin',
  })
}

function asProblem(error: unknown, runtime: Runtime, key: RouteKey): ProblemError {
  if (error instanceof ProblemError) {
    if (error.status === 500) runtime.reportError(error, key)
    return error
  }
  runtime.reportError(error, key)
  return new ProblemError('internal', {
    detail: 'The server failed to answer; its log says why',
  })
}
