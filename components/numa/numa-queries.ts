import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { numaAdvice } from '../../server/contract/numa.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

export const numaQueries = {
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
