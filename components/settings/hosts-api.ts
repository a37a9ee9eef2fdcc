import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import {
  hostDetail,
  hostTestResult,
  type AddHostRequest,
  type PatchHostRequest,
} from '../../server/contract/host.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

export const hostDetailQuery = (host: string) =>
  queryOptions({
    queryKey: ['host-settings', host],
    queryFn: ({ signal }) => api.get(apiPaths.host({ host }), hostDetail, { signal }),
    // An edit begins with what is there now.
    staleTime: 0,
    gcTime: 0,
  })

/** Changes of the list of hosts, for admins. All throw ProblemError; the list follows by itself. */
export const hostChanges = {
  add: (request: AddHostRequest) => api.post(apiPaths.hosts(), hostDetail, request),
  patch: (host: string, request: PatchHostRequest) =>
    api.patch(apiPaths.host({ host }), hostDetail, request),
  remove: (host: string) => api.delete(apiPaths.host({ host }), z.null()),
  reconnect: (host: string) => api.post(apiPaths.reconnect({ host }), z.null()),
  test: (uri: string) => api.post(apiPaths.hostTests(), hostTestResult, { uri }),
}
