import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import { domainUuid } from '../../../../server/contract/domain.ts'
import {
  annotation,
  metricName,
  samplesResponse,
  sizingReport,
} from '../../../../server/contract/history.ts'
import { hostSlug } from '../../../../server/contract/host.ts'
import type { RouteSpec } from '../route-spec.ts'
import { listOf, span } from './parameters.ts'

/** What was sampled and what happened, over a span of time. */
export const historyRoutes = {
  'GET /api/v1/samples': {
    summary: 'Metrics of a domain, or of a host, over a span of time',
    query: z.strictObject({
      host: hostSlug,
      domain: domainUuid.optional(),
      metrics: listOf(metricName).pipe(z.array(metricName).min(1)),
      ...span,
      step: z.coerce.number().int().min(1).max(86_400).optional().describe('seconds'),
    }),
    reply: samplesResponse,
  },
  'GET /api/v1/annotations': {
    summary: 'What happened to the domains of a host: started, stopped, resized, pressed',
    query: z.strictObject({ host: hostSlug, domain: domainUuid.optional(), ...span }),
    reply: z.object({ annotations: z.array(annotation) }),
  },
  'GET /api/v1/sizing': {
    summary: 'The use of every domain against its size, with a suggestion',
    query: z.strictObject(span),
    reply: sizingReport,
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
