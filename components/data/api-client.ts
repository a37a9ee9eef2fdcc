import type { z } from 'zod'

import {
  problem,
  type ProblemCode,
  ProblemError,
  problemStatus,
} from '../../server/contract/problem.ts'

type QueryValue = string | number | boolean | null | undefined | readonly string[]

export interface GetOptions {
  /** null, undefined and empty lists are left out; a list becomes one value with commas. */
  query?: Record<string, QueryValue>
  signal?: AbortSignal
}

/** Kept in `cause` when no answer came at all, so that a page can say so in its language. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError'
}

/** Whether the request never got an answer: server down, network away. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof ProblemError && error.init.cause instanceof NoAnswerError
}

/**
 * Calls of the HTTP API, same origin, with the session cookie. Every answer is parsed with the
 * schema that is handed in; an empty answer (204) reaches the schema as `null`.
 *
 * All of them throw only ProblemError (and AbortError when `signal` fires). When the session has
 * ended the browser goes to the login page and comes back here afterwards.
 */
export const api = {
  get: <S extends z.ZodType>(path: string, schema: S, options: GetOptions = {}) =>
    send('GET', withQuery(path, options.query), schema, undefined, options.signal),
  post: <S extends z.ZodType>(path: string, schema: S, body?: unknown) =>
    send('POST', path, schema, body),
  put: <S extends z.ZodType>(path: string, schema: S, body?: unknown) =>
    send('PUT', path, schema, body),
  /** A file, or a piece of one, as it is. */
  putBytes: <S extends z.ZodType>(
    path: string,
    schema: S,
    bytes: Blob,
    signal?: AbortSignal,
  ) => send('PUT', path, schema, bytes, signal),
  patch: <S extends z.ZodType>(path: string, schema: S, body?: unknown) =>
    send('PATCH', path, schema, body),
  delete: <S extends z.ZodType>(path: string, schema: S, body?: unknown) =>
    send('DELETE', path, schema, body),
}

export function withQuery(path: string, query: GetOptions['query'] = {}): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue
    if (typeof value === 'object') {
      if (value.length > 0) pairs.set(name, value.join(','))
    } else pairs.set(name, String(value))
  }
  return pairs.size > 0 ? `${path}?${pairs}` : path
}

async function send<S extends z.ZodType>(
  method: string,
  path: string,
  schema: S,
  body?: unknown,
  signal?: AbortSignal,
): Promise<z.output<S>> {
  const response = await fetchOrProblem(path, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': contentType(body) }),
    },
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
    signal,
  })
  const value = await readBody(response)
  if (!response.ok) {
    const error = problemOf(response, value)
    if (error.code === 'unauthenticated') goToLogin()
    throw error
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ProblemError('internal', {
    detail: `The answer to ${method} ${path} was not understood. Reload the page: it may be older than the server.`,
    cause: parsed.error,
  })
}

function contentType(body: unknown): string {
  return body instanceof Blob ? 'application/octet-stream' : 'application/json'
}

async function fetchOrProblem(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ProblemError('timeout', {
      detail:
        'The Ballast server does not answer. Check that it is running and that this computer is online.',
      cause: new NoAnswerError('no answer', { cause: error }),
    })
  }
}

/** JSON where the answer is JSON, text where it is not (XML), null where it is empty. */
async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return text
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ProblemError('internal', {
      detail: 'The answer of the server was cut off. Try again.',
      cause: error,
    })
  }
}

function problemOf(response: Response, value: unknown): ProblemError {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined
  const parsed = problem.safeParse(value)
  if (!parsed.success) {
    return new ProblemError(codeOfStatus(response.status), {
      detail:
        `The server answered with status ${response.status} ${response.statusText}`.trim(),
      retryAfterSeconds,
    })
  }
  const { code, title, detail, host, remedy, libvirt, qemu, command, issues } = parsed.data
  return new ProblemError(isProblemCode(code) ? code : codeOfStatus(response.status), {
    detail: detail ?? title,
    host,
    remedy,
    libvirt,
    qemu,
    command,
    issues,
    retryAfterSeconds,
  })
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemStatus, code)
}

function codeOfStatus(status: number): ProblemCode {
  const codes = Object.keys(problemStatus).filter(isProblemCode)
  return codes.find((code) => problemStatus[code] === status) ?? 'internal'
}

/** Pages on which being nobody is normal: a wrong password is answered there, not by going away. */
const openPages = ['/login', '/setup']

function goToLogin(): void {
  if (typeof window === 'undefined') return
  const { pathname, search } = window.location
  if (openPages.includes(pathname)) return
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`)
}
