import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import type { RouteSpec } from '../route-spec.ts'

/** The server itself. */
export const serviceRoutes = {
  'GET /api/v1/health': {
    summary: 'Whether the server is up',
    reply: z.object({
      status: z.literal('ok'),
      version: z.string(),
      needsSetup: z.boolean(),
    }),
  },
  'GET /api/v1/openapi.json': { summary: 'This description', reply: z.looseObject({}) },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
