import type { z } from 'zod'

import { ProblemError } from '../../../server/contract/problem.ts'
import type { RouteSpec } from './route-spec.ts'

/** The largest body, in bytes. */
export const maxBodyBytes = 1024 * 1024

/** @throws ProblemError not_found: a path with an impossible id names nothing */
export function readParams(spec: RouteSpec, params: unknown): unknown {
  if (!spec.params) return undefined
  const parsed = spec.params.safeParse(params)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: '' }
  throw new ProblemError('not_found', {
    detail: `Nothing has such a name (${path.join('.')}: ${message})`,
  })
}

/** @throws ProblemError invalid */
export function readQuery(spec: RouteSpec, request: Request): unknown {
  if (!spec.query) return undefined
  const search = new URL(request.url).searchParams
  const values: Record<string, string | string[]> = {}
  for (const name of new Set(search.keys())) {
    const all = search.getAll(name)
    values[name] = all.length === 1 ? (all[0] ?? '') : all
  }
  return parse(spec.query, values, 'The query string')
}

/** @throws ProblemError unsupported_media_type, too_large, bad_request or invalid */
export async function readBody(spec: RouteSpec, request: Request): Promise<unknown> {
  if (!spec.body) return undefined
  const type = request.headers.get('content-type') ?? ''
  if (spec.body === 'bytes') {
    // No form of another page can send this type.
    if (/^application\/octet-stream\s*(;|$)/i.test(type)) return request.body
    throw new ProblemError('unsupported_media_type', {
      detail: 'The body has to be bytes: send content-type: application/octet-stream',
    })
  }
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ProblemError('unsupported_media_type', {
      detail: 'The body has to be JSON: send content-type: application/json',
    })
  }
  const text = await readText(request)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    throw new ProblemError('bad_request', { detail: `The body is not JSON: ${reason}` })
  }
  return parse(spec.body, value, 'The body')
}

/** Counts while it reads: a body in chunks does not say beforehand how long it will be. */
async function readText(request: Request): Promise<string> {
  if (!request.body) return ''
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of request.body) {
    bytes += part.byteLength
    if (bytes > maxBodyBytes) {
      throw new ProblemError('too_large', {
        detail: `The body is larger than ${maxBodyBytes} bytes`,
      })
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parse(schema: z.ZodType, value: unknown, what: string): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    message,
  }))
  const [first] = issues
  throw new ProblemError('invalid', {
    detail: `${what} is not right: ${first?.path ? `${first.path}: ` : ''}${first?.message}`,
    issues,
  })
}
