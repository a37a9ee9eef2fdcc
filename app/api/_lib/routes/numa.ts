import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  domainNuma,
  hostNuma,
  numaAdvice,
  numaAdviceQuery,
  numadFacts,
} from '../../../../server/contract/numa.ts'
import type { RouteSpec } from '../route-spec.ts'
import { domain, host } from './parameters.ts'

/** NUMA cells of hosts and domains. */
export const numaRoutes = {
  'GET /api/v1/hosts/{host}/numa': {
    summary: 'NUMA cells of a host, and where its domains may be and are',
    params: host,
    reply: hostNuma,
  },
  'GET /api/v1/hosts/{host}/numa/advice': {
    summary: 'Where a guest of this size belongs, with the XML for it',
    params: host,
    query: numaAdviceQuery,
    reply: numaAdvice,
  },
  'POST /api/v1/hosts/{host}/numa/numad': {
    summary: 'Finds out whether numad is on the host, by a start that cannot take place',
    params: host,
    reply: numadFacts,
    audit: 'host.numad-probe',
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/numa': {
    summary: 'Where the memory and vCPUs of a domain may be and are',
    params: domain,
    reply: domainNuma,
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
