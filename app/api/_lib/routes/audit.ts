import type { RouteKey } from '../../../../server/contract/access.ts'
import { auditPage, auditQuery } from '../../../../server/contract/audit.ts'
import type { RouteSpec } from '../route-spec.ts'

/** Who did what. */
export const auditRoutes = {
  'GET /api/v1/audit': {
    summary: 'Who did what, newest first',
    query: auditQuery,
    reply: auditPage,
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
