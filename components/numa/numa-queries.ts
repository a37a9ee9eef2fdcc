import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { domainNuma, hostNuma, numaAdvice } from '../../server/contract/numa.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

/** A host is asked this often while somebody looks at its cells. */
const everyMs = 3_000

export const numaQueries = {
  host: (host: string) =>
    queryOptions({
      queryKey: ['host', host, 'numa'],
      queryFn: ({ signal }) => api.get(apiPaths.hostNuma({ host }), hostNuma, { signal }),
      refetchInterval: everyMs,
      retry: false,
    }),
  domain: (domain: { host: string; uuid: string }) =>
    queryOptions({
      queryKey: ['domain', domain.host, domain.uuid, 'numa'],
      queryFn: ({ signal }) => api.get(apiPaths.domainNuma(domain), domainNuma, { signal }),
      refetchInterval: everyMs,
      retry: false,
    }),
  advice: (
    host: string,
    size: { vcpus: number; memoryKiB: number; pageKiB: number | null } | null,
  ) =>
    queryOptions({
      queryKey: ['host', host, 'numa', 'advice', size],
      queryFn: ({ signal }) =>
        api.get(apiPaths.numaAdvice({ host }), numaAdvice, { query: { ...size }, signal }),
      enabled: size !== null,
      placeholderData: keepPreviousData,
      retry: false,
    }),
}
