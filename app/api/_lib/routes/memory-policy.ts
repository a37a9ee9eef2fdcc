import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  domainPolicy,
  hostPolicy,
  policyDetail,
} from '../../../../server/contract/memory-policy.ts'
import type { RouteSpec } from '../route-spec.ts'
import { domain, host } from './parameters.ts'

/** What hosts are to keep free by themselves. */
export const memoryPolicyRoutes = {
  'GET /api/v1/hosts/{host}/memory-policy': {
    summary: 'What a host is to keep free, how its domains take part, and what was done',
    params: host,
    reply: policyDetail,
  },
  'PUT /api/v1/hosts/{host}/memory-policy': {
    summary: 'What a host is to keep free: off, as a dry run, or on',
    params: host,
    body: hostPolicy,
    reply: policyDetail,
    audit: 'memory.policy-host',
  },
  'POST /api/v1/hosts/{host}/memory-policy/give-back': {
    summary: 'Gives all guests what they had before the policy took from them',
    params: host,
    reply: z.object({ domains: z.number().int() }),
    audit: 'memory.policy-give-back',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory-policy': {
    summary: 'How a domain takes part: mode, minimum, maximum, shares',
    params: domain,
    body: domainPolicy,
    reply: policyDetail,
    audit: 'memory.policy-domain',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
