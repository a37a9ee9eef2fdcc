import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  dirtyRateDetail,
  measureDirtyRateRequest,
  setDirtyRateSamplingRequest,
} from '../../../../server/contract/dirty-rate.ts'
import type { RouteSpec } from '../route-spec.ts'
import { domain, done } from './parameters.ts'

/** How fast domains write to their memory. */
export const dirtyRateRoutes = {
  'GET /api/v1/hosts/{host}/domains/{uuid}/dirty-rate': {
    summary: 'How fast a domain writes to its memory, and its working set',
    params: domain,
    reply: dirtyRateDetail,
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/dirty-rate': {
    summary: 'Begins measurements of the dirty rate; the results come later',
    params: domain,
    body: measureDirtyRateRequest,
    reply: done,
    audit: 'dirty-rate.measure',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/dirty-rate/sampling': {
    summary: 'Samples more pages by QMP until the domain stops; taints it',
    params: domain,
    body: setDirtyRateSamplingRequest,
    reply: done,
    audit: 'dirty-rate.sampling',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
