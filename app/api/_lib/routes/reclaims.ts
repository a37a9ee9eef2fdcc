import type { RouteKey } from '../../../../server/contract/access.ts'
import { jobSummary } from '../../../../server/contract/job.ts'
import {
  reclaimPlan,
  reclaimRequest,
  reclaimRunRequest,
} from '../../../../server/contract/reclaim.ts'
import type { RouteSpec } from '../route-spec.ts'
import { jobParams } from './parameters.ts'

/** Memory taken back from many guests. */
export const reclaimRoutes = {
  'POST /api/v1/reclaim-plans': {
    summary: 'Which domains could give how much memory; nothing is changed',
    body: reclaimRequest,
    reply: reclaimPlan,
    audit: 'memory.plan',
  },
  'POST /api/v1/reclaims': {
    summary: 'Carries out a plan that was shown and confirmed, as a job',
    body: reclaimRunRequest,
    reply: jobSummary,
    status: 201,
    audit: 'memory.reclaim',
  },
  'POST /api/v1/jobs/{id}/undo': {
    summary: 'Gives back all memory that a reclaim took; one under way is stopped first',
    params: jobParams,
    reply: jobSummary,
    status: 201,
    audit: 'memory.reclaim-undo',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
