import { z } from 'zod'

import type { MeasureDirtyRateRequest } from '../../server/contract/dirty-rate.ts'
import type { DomainAction } from '../../server/contract/domain.ts'
import { jobSummary } from '../../server/contract/job.ts'
import {
  type SetMemoryMaximumRequest,
  type SetMemoryTargetRequest,
  setMemoryTargetResponse,
  type UndoMemoryQuery,
} from '../../server/contract/memory.ts'
import {
  type HmpRequest,
  monitorAnswer,
  type QmpRequest,
} from '../../server/contract/monitor.ts'
import { api } from './api-client.ts'
import { apiPaths } from './paths.ts'

interface DomainRef {
  host: string
  uuid: string
}

const changed = z.object({ command: z.string().nullable() })

/**
 * What changes something on a host. The answer carries the equivalent virsh line; the effect comes
 * over the live topics, so nothing is written into the cache here. All throw ProblemError.
 */
export const mutations = {
  actOnDomain: (domain: DomainRef, action: DomainAction) =>
    api.post(apiPaths.domainAction(domain, action), changed),
  setMemoryTarget: (domain: DomainRef, request: SetMemoryTargetRequest) =>
    api.put(apiPaths.memoryTarget(domain), setMemoryTargetResponse, request),
  undoMemoryTarget: (domain: DomainRef, { affects }: UndoMemoryQuery) =>
    api.post(`${apiPaths.memoryUndo(domain)}?affects=${affects}`, setMemoryTargetResponse),
  setMemoryMaximum: (domain: DomainRef, request: SetMemoryMaximumRequest) =>
    api.put(apiPaths.memoryMaximum(domain), changed, request),
  setStatsPeriod: (domain: DomainRef, periodSeconds: number) =>
    api.put(apiPaths.statsPeriod(domain), changed, { periodSeconds }),
  sendQmp: (domain: DomainRef, request: QmpRequest) =>
    api.post(apiPaths.qmp(domain), monitorAnswer, request),
  sendHmp: (domain: DomainRef, request: HmpRequest) =>
    api.post(apiPaths.hmp(domain), monitorAnswer, request),
  measureDirtyRate: (domain: DomainRef, request: MeasureDirtyRateRequest) =>
    api.post(apiPaths.dirtyRate(domain), changed, request),
  setDirtyRateSampling: (domain: DomainRef, fine: boolean) =>
    api.put(apiPaths.dirtyRateSampling(domain), changed, { fine }),
  cancelJob: (id: string) => api.post(apiPaths.jobCancel(id), jobSummary),
  deleteJob: (id: string) => api.delete(apiPaths.job(id), z.null()),
  reconnectHost: (host: string) => api.post(apiPaths.reconnect({ host }), z.null()),
  acceptHostKey: (uri: string, fingerprint: string) =>
    api.post(apiPaths.hostKeys(), z.null(), { uri, fingerprint }),
}
