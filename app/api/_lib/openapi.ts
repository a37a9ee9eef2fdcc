import { z } from 'zod'

import { routeRoles, serverRouteRoles } from '../../../server/contract/access.ts'
import { problem } from '../../../server/contract/problem.ts'
import { maxBodyBytes } from './input.ts'
import type { RouteSpec } from './route-spec.ts'
import { routeSpecs } from './routes.ts'

type Json = Record<string, unknown>

/** The description of the API (OpenAPI 3.1), from the schemas that the handlers parse with. */
export function openApi(version: string): Json {
  const paths: Record<string, Json> = {}
  for (const [key, role] of Object.entries(routeRoles)) {
    const [method = '', path = ''] = key.split(' ')
    const spec = specOf(key)
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(spec, role) }
  }
  paths['/metrics'] = { get: metrics(serverRouteRoles['GET /metrics']) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ballast',
      version,
      description: `Memory in KiB unless the name says otherwise; times in epoch milliseconds. Bodies are JSON of at most ${maxBodyBytes} bytes.`,
    },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'ballast.session_token' },
      },
    },
  }
}

/** Not a handler of ours: http/server.ts answers it, in Prometheus' own format. */
function metrics(role: string): Json {
  return {
    summary: 'Hosts, domains and Ballast itself in the text format of Prometheus',
    'x-role': role,
    security: [{ token: [] }, { session: [] }],
    parameters: [],
    responses: {
      200: {
        description: 'done',
        content: { 'text/plain; version=0.0.4': { schema: { type: 'string' } } },
      },
      default: problemReply,
    },
  }
}

function specOf(key: string): RouteSpec {
  const specs: Record<string, RouteSpec> = routeSpecs
  const spec = specs[key]
  if (!spec) throw new Error(`${key} has a role and no description`)
  return spec
}

function operation(spec: RouteSpec, role: string): Json {
  const status = spec.reply === null ? 204 : (spec.status ?? 200)
  return {
    summary: spec.summary,
    'x-role': role,
    security: role === 'nobody' ? [] : [{ token: [] }, { session: [] }],
    parameters: [...parameters(spec.params, 'path'), ...parameters(spec.query, 'query')],
    ...(spec.body
      ? { requestBody: { required: true, content: requestContent(spec.body) } }
      : {}),
    responses: {
      [status]: { description: 'done', ...replyContent(spec) },
      default: problemReply,
    },
  }
}

function requestContent(body: z.ZodType | 'bytes'): Json {
  if (body !== 'bytes') return json(body, 'input')
  return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
}

function replyContent({ reply }: RouteSpec): Json {
  if (reply === null) return {}
  if (reply === 'xml')
    return { content: { 'application/xml': { schema: { type: 'string' } } } }
  return { content: json(reply, 'output') }
}

function parameters(object: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!object) return []
  const { properties, required } = z
    .object({
      properties: z.record(z.string(), z.unknown()).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(schema(object, 'input'))
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: of,
  }))
}

function json(of: z.ZodType, direction: 'input' | 'output'): Json {
  return { 'application/json': { schema: schema(of, direction) } }
}

const problemReply = {
  description: 'why not',
  content: { 'application/problem+json': { schema: schema(problem, 'output') } },
}

function schema(of: z.ZodType, direction: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(of, {
    io: direction,
    unrepresentable: 'any',
  })
  return rest
}
