import { join, resolve } from 'node:path'

import type { RouteKey } from '../../../../server/contract/access.ts'
import { uuid } from './samples.ts'

const apiDir = resolve(import.meta.dirname, '../../v1')

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>

/** Input that each route takes as right. A route that is not here takes none. */
export const goodInput: Partial<
  Record<RouteKey, { body?: unknown; query?: string; type?: string }>
> = {
  'POST /api/v1/presets': { body: { name: 'small', line: '--name x --memory 512' } },
  'POST /api/v1/hosts/{host}/create/preview': { body: { line: '--name x' } },
  'POST /api/v1/hosts/{host}/create': { body: { line: '--name x' } },
  'GET /api/v1/hosts/{host}/media/labels': { query: 'path=/srv/x.iso' },
  'POST /api/v1/hosts/{host}/pools/{pool}/uploads': {
    body: { name: 'x.iso', sizeBytes: 4 },
  },
  'POST /api/v1/hosts/{host}/pools/{pool}/fetches': {
    body: { url: 'https://example.org/x.iso' },
  },
  'PUT /api/v1/uploads/{id}': {
    body: new Uint8Array(4),
    query: 'offset=0',
    type: 'application/octet-stream',
  },
  'POST /api/v1/setup': { body: { token: 't', username: 'root', password: '0123456789' } },
  'POST /api/v1/login': { body: { username: 'root', password: 'x' } },
  'PUT /api/v1/me/password': { body: { currentPassword: 'x', newPassword: '0123456789' } },
  'POST /api/v1/tokens': { body: { name: 'ci', role: 'viewer' } },
  'POST /api/v1/users': {
    body: { username: 'ann', password: '0123456789', role: 'viewer' },
  },
  'PATCH /api/v1/users/{id}': { body: { role: 'operator' } },
  'POST /api/v1/hosts': { body: { uri: 'qemu+ssh://root@alpha/system' } },
  'POST /api/v1/host-tests': { body: { uri: 'qemu:///system' } },
  'POST /api/v1/host-keys': {
    body: { uri: 'qemu+ssh://alpha/system', fingerprint: `SHA256:${'a'.repeat(43)}` },
  },
  'PATCH /api/v1/hosts/{host}': { body: { name: 'New' } },
  'GET /api/v1/hosts/{host}/domains/{uuid}/migration-preview': { query: 'target=beta' },
  'POST /api/v1/hosts/{host}/domains/{uuid}/migrations': { body: { target: 'beta' } },
  'POST /api/v1/migrations/{id}/control': {
    body: { control: 'bandwidth', mibPerSecond: 100 },
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/target': { body: { targetKiB: 512 } },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/maximum': { body: { maximumKiB: 512 } },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/stats-period': {
    body: { periodSeconds: 2 },
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/qmp': {
    body: { command: '{"execute":"query-status"}' },
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/hmp': { body: { line: 'info status' } },
  'POST /api/v1/hosts/{host}/domains/{uuid}/dirty-rate': { body: { seconds: [1] } },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/dirty-rate/sampling': { body: { fine: true } },
  'PUT /api/v1/hosts/{host}/ksm': { body: { pagesToScan: 200 } },
  'GET /api/v1/hosts/{host}/numa/advice': { query: 'vcpus=4&memoryKiB=4194304' },
  'GET /api/v1/hosts/{host}/domains/{uuid}/forecast': { query: 'target=beta' },
  'GET /api/v1/evacuation-plan': { query: 'host=alpha' },
  'POST /api/v1/evacuations': {
    body: { host: 'alpha', moves: [{ host: 'alpha', uuid, target: 'beta' }], options: {} },
  },
  'PUT /api/v1/evacuations/{id}/paused': { body: { paused: true } },
  'POST /api/v1/hosts/{host}/alike': {
    body: { source: 'beta', kind: 'start-network', name: 'default' },
  },
  'GET /api/v1/hosts/{host}/alike': { query: 'source=beta' },
  'PUT /api/v1/hosts/{host}/alike': {
    body: { source: 'beta', items: [{ kind: 'start-network', name: 'default' }] },
  },
  'POST /api/v1/hosts/{host}/link-probes': { body: { target: 'beta' } },
  'GET /api/v1/samples': {
    query: `host=alpha&domain=${uuid}&metrics=usedKiB,rssKiB&from=1&to=2`,
  },
  'GET /api/v1/annotations': { query: 'host=alpha&from=1&to=2' },
  'POST /api/v1/reclaim-plans': { body: { wantedKiB: 1024, host: 'alpha' } },
  'POST /api/v1/reclaims': {
    body: {
      wantedKiB: 1024,
      steps: [{ host: 'alpha', uuid, fromKiB: 2048, targetKiB: 1024, stage: 1 }],
    },
  },
  'PUT /api/v1/hosts/{host}/memory-policy': {
    body: { mode: 'dry-run', keepFreeKiB: 1024 },
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory-policy': {
    body: { mode: 'host', minimumKiB: null, maximumKiB: null, shares: 1000 },
  },
  'GET /api/v1/sizing': { query: 'from=1&to=2' },
}

const goodParams: Record<string, string> = {
  id: '7',
  host: 'alpha',
  pool: 'default',
  uuid,
  action: 'start',
}

export interface CallOptions {
  headers?: Record<string, string>
  params?: Record<string, string>
  query?: string
  /** Sent as JSON, unless it is a string or bytes: then as it is. */
  body?: unknown
}

/** Calls the real handler of a route as Next would, with right input unless told otherwise. */
export async function callRoute(key: RouteKey, options: CallOptions = {}) {
  const [method = '', path = ''] = key.split(' ')
  const folder = path.replace('/api/v1/', '').replaceAll('{', '[').replaceAll('}', ']')
  const module = (await import(join(apiDir, folder, 'route.ts'))) as Record<string, Handler>
  const handler = module[method]
  if (!handler) throw new Error(`${folder}/route.ts has no ${method}`)
  const input = goodInput[key] ?? {}
  const body = 'body' in options ? options.body : input.body
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const query = options.query ?? input.query ?? ''
  const request = new Request(`http://ballast.test${path}?${query}`, {
    method,
    headers: {
      host: 'ballast.test',
      'x-ballast-address': '10.0.0.9',
      ...(body === undefined ? {} : { 'content-type': input.type ?? 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined
      ? {}
      : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
  })
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const good = Object.fromEntries(names.map((name) => [name, goodParams[name] ?? '']))
  return handler(request, { params: Promise.resolve({ ...good, ...options.params }) })
}
