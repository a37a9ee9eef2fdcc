import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  memoryDetail,
  setMemoryMaximumRequest,
  setMemoryTargetRequest,
  setMemoryTargetResponse,
  setStatsPeriodRequest,
  undoMemoryQuery,
} from '../../../../server/contract/memory.ts'
import type { RouteSpec } from '../route-spec.ts'
import { domain, done } from './parameters.ts'

/** The memory of a domain: what it has, its target, its maximum. */
export const memoryRoutes = {
  'GET /api/v1/hosts/{host}/domains/{uuid}/memory': {
    summary: 'Everything about the memory of a domain',
    params: domain,
    reply: memoryDetail,
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/target': {
    summary: 'Sets the balloon target; a shrink goes in steps unless told otherwise',
    params: domain,
    body: setMemoryTargetRequest,
    reply: setMemoryTargetResponse,
    audit: 'memory.target',
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/memory/undo': {
    summary: 'Goes back to the target before the last change',
    params: domain,
    query: undoMemoryQuery,
    reply: setMemoryTargetResponse,
    audit: 'memory.undo',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/maximum': {
    summary: 'Sets what the domain may have from its next start on',
    params: domain,
    body: setMemoryMaximumRequest,
    reply: done,
    audit: 'memory.maximum',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/stats-period': {
    summary: 'How often the guest is asked for statistics',
    params: domain,
    body: setStatsPeriodRequest,
    reply: done,
    audit: 'memory.stats-period',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
