import { infiniteQueryOptions } from '@tanstack/react-query'

import { auditPage, type AuditPage } from '../../server/contract/audit.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

/** What of the log is shown; empty = no limit. In the URL of the page under the same names. */
export interface AuditFilter {
  search: string
  who: string
  action: string
  host: string
}

export const auditPageSize = 50

/** The log from the newest line on; each further page is older. `first` is what the page came with. */
export function auditQueryOptions(filter: AuditFilter, first?: AuditPage) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get(apiPaths.audit(), auditPage, {
        query: {
          limit: auditPageSize,
          before: pageParam,
          search: filter.search || undefined,
          who: filter.who || undefined,
          action: filter.action || undefined,
          host: filter.host || undefined,
        },
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.more ? page.entries.at(-1)?.id : undefined),
    initialData: first && { pages: [first], pageParams: [undefined] },
    // Each look at the log is a look at what is there now.
    staleTime: 0,
  })
}
