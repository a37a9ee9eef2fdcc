import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  acceptHostKeyRequest,
  addHostRequest,
  hostDetail,
  hostSummary,
  hostTestResult,
  patchHostRequest,
  testHostRequest,
} from '../../../../server/contract/host.ts'
import {
  consumerOrder,
  hostMemoryReport,
  setKsmRequest,
  setKsmResponse,
} from '../../../../server/contract/overcommit.ts'
import type { RouteSpec } from '../route-spec.ts'
import { host } from './parameters.ts'

/** Hosts: which there are, what they have. */
export const hostRoutes = {
  'GET /api/v1/hosts': {
    summary: 'The hosts',
    reply: z.object({ hosts: z.array(hostSummary) }),
  },
  'POST /api/v1/hosts': {
    summary: 'Adds a host by its libvirt URI',
    body: addHostRequest,
    reply: hostDetail,
    status: 201,
    audit: 'host.add',
  },
  'POST /api/v1/host-tests': {
    summary: 'Tries a URI step by step without keeping it',
    body: testHostRequest,
    reply: hostTestResult,
    audit: 'host.test',
  },
  'POST /api/v1/host-keys': {
    summary: 'Trusts the SSH host key with this fingerprint',
    body: acceptHostKeyRequest,
    reply: null,
    audit: 'host-key.accept',
  },
  'GET /api/v1/hosts/{host}': { summary: 'One host', params: host, reply: hostDetail },
  'PATCH /api/v1/hosts/{host}': {
    summary: 'Changes URI, name or statistics period',
    params: host,
    body: patchHostRequest,
    reply: hostDetail,
    audit: 'host.update',
  },
  'DELETE /api/v1/hosts/{host}': {
    summary: 'Forgets a host; nothing changes on it',
    params: host,
    reply: null,
    audit: 'host.remove',
  },
  'POST /api/v1/hosts/{host}/reconnect': {
    summary: 'Tries to connect now',
    params: host,
    reply: null,
    audit: 'host.reconnect',
  },
  'GET /api/v1/hosts/{host}/memory': {
    summary:
      'What the guests of a host have and may take, beside RAM, huge pages and cells',
    params: host,
    query: z.strictObject({ order: consumerOrder.default('rss') }),
    reply: hostMemoryReport,
  },
  'PUT /api/v1/hosts/{host}/ksm': {
    summary: 'Changes how the host merges equal pages (KSM)',
    params: host,
    body: setKsmRequest,
    reply: setKsmResponse,
    audit: 'host.ksm',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
