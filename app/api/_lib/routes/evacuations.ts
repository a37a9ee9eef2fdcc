import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  evacuationId,
  evacuationPlan,
  pauseEvacuationRequest,
  startEvacuationRequest,
  startEvacuationResponse,
} from '../../../../server/contract/evacuation.ts'
import { hostSlug } from '../../../../server/contract/host.ts'
import type { RouteSpec } from '../route-spec.ts'
import { flag, listOf } from './parameters.ts'

/** Many moves as one job. */
export const evacuationRoutes = {
  'GET /api/v1/evacuation-plan': {
    summary:
      'Who would go where, in which order, if a host was emptied or a selection moved',
    query: z.strictObject({
      host: hostSlug.optional(),
      domains: listOf(z.string().regex(/^[a-z0-9-]+\/[0-9a-f-]{36}$/))
        .default([])
        .describe('host/uuid, when no host is named'),
      parallel: z.coerce.number().int().min(1).max(8).default(2),
      bandwidthMiBps: z.coerce.number().int().min(1).max(1_000_000).optional(),
      autoConverge: z.stringbool().default(true),
      postCopy: flag,
    }),
    reply: evacuationPlan,
  },
  'POST /api/v1/evacuations': {
    summary: 'Moves many domains as one job with a part for each',
    body: startEvacuationRequest,
    reply: startEvacuationResponse,
    status: 201,
    audit: 'evacuation.start',
  },
  'PUT /api/v1/evacuations/{id}/paused': {
    summary: 'Stops beginning new moves, or goes on; those under way are left alone',
    params: evacuationId,
    body: pauseEvacuationRequest,
    reply: null,
    audit: 'evacuation.pause',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
