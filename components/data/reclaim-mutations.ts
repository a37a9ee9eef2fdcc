import { z } from 'zod'

import { jobSummary } from '../../server/contract/job.ts'
import {
  type DomainPolicy,
  type HostPolicy,
  policyDetail,
} from '../../server/contract/memory-policy.ts'
import {
  reclaimPlan,
  type ReclaimRequest,
  type ReclaimRunRequest,
} from '../../server/contract/reclaim.ts'
import { api } from './api-client.ts'
import { apiPaths } from './paths.ts'

/** Apart from `mutations`, so that pages without plans and policies do not load this. */
export const reclaimMutations = {
  /** Changes nothing: what would happen. */
  plan: (request: ReclaimRequest) =>
    api.post(apiPaths.reclaimPlans(), reclaimPlan, request),
  run: (request: ReclaimRunRequest) => api.post(apiPaths.reclaims(), jobSummary, request),
  undo: (job: string) => api.post(apiPaths.jobUndo(job), jobSummary),
  setHostPolicy: (host: string, settings: HostPolicy) =>
    api.put(apiPaths.memoryPolicy({ host }), policyDetail, settings),
  setDomainPolicy: (domain: { host: string; uuid: string }, settings: DomainPolicy) =>
    api.put(apiPaths.domainMemoryPolicy(domain), policyDetail, settings),
  giveBack: (host: string) =>
    api.post(
      apiPaths.memoryPolicyGiveBack({ host }),
      z.object({ domains: z.number().int() }),
    ),
}
