import type { RouteKey } from '../../../server/contract/access.ts'
import type { RouteSpec } from './route-spec.ts'
import { auditRoutes } from './routes/audit.ts'
import { creationRoutes } from './routes/creation.ts'
import { dirtyRateRoutes } from './routes/dirty-rate.ts'
import { domainRoutes } from './routes/domains.ts'
import { evacuationRoutes } from './routes/evacuations.ts'
import { historyRoutes } from './routes/history.ts'
import { hostRoutes } from './routes/hosts.ts'
import { jobRoutes } from './routes/jobs.ts'
import { mediaRoutes } from './routes/media.ts'
import { memoryPolicyRoutes } from './routes/memory-policy.ts'
import { memoryRoutes } from './routes/memory.ts'
import { migrationRoutes } from './routes/migrations.ts'
import { monitorRoutes } from './routes/monitor.ts'
import { numaRoutes } from './routes/numa.ts'
import { reclaimRoutes } from './routes/reclaims.ts'
import { serviceRoutes } from './routes/service.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { userRoutes } from './routes/users.ts'

/**
 * Every route of the API, by the keys of the access table; each resource has a file in routes/.
 * `openapi.json` is made from it.
 */
export const routeSpecs = {
  ...serviceRoutes,
  ...sessionRoutes,
  ...tokenRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...hostRoutes,
  ...numaRoutes,
  ...domainRoutes,
  ...migrationRoutes,
  ...memoryRoutes,
  ...monitorRoutes,
  ...dirtyRateRoutes,
  ...evacuationRoutes,
  ...historyRoutes,
  ...reclaimRoutes,
  ...memoryPolicyRoutes,
  ...creationRoutes,
  ...mediaRoutes,
  ...jobRoutes,
} as const satisfies Record<RouteKey, RouteSpec>

export type RouteSpecs = typeof routeSpecs
