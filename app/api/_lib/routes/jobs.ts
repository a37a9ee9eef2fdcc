import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  jobKind,
  jobPage,
  jobQuery,
  jobState,
  jobSummary,
  jobWithLog,
} from '../../../../server/contract/job.ts'
import type { RouteSpec } from '../route-spec.ts'
import { jobParams, listOf } from './parameters.ts'

/** Long work. */
export const jobRoutes = {
  'GET /api/v1/jobs': {
    summary: 'Long work: migrations, creations, uploads, …; newest first',
    query: jobQuery.extend({
      states: listOf(jobState).default([]),
      kinds: listOf(jobKind).default([]),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    reply: jobPage,
  },
  'GET /api/v1/jobs/{id}': {
    summary: 'One job with its steps, its log and what its kind adds',
    params: jobParams,
    reply: jobWithLog,
  },
  'POST /api/v1/jobs/{id}/cancel': {
    summary: 'Asks a job and its parts to stop; `cancel.effect` says what that does',
    params: jobParams,
    reply: jobSummary,
    audit: 'job.cancel',
  },
  'DELETE /api/v1/jobs/{id}': {
    summary: 'Takes a job that has ended off the list, with its parts',
    params: jobParams,
    reply: null,
    audit: 'job.delete',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
