import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { qmpSchema } from '../../server/contract/monitor.ts'
import { api } from './api-client.ts'
import { apiPaths } from './paths.ts'
import { queryKeys } from './query-keys.ts'

interface DomainRef {
  host: string
  uuid: string
}

/** What is read over HTTP: all that is not a live topic. */
export const queries = {
  /** The XML as libvirt has it: of the running domain, or what it has after the next start. */
  domainXml: (domain: DomainRef, inactive: boolean) =>
    queryOptions({
      queryKey: queryKeys.domainXml(domain, inactive),
      queryFn: ({ signal }) =>
        api.get(apiPaths.domainXml(domain), z.string(), { query: { inactive }, signal }),
      staleTime: 0,
    }),
  /** What the running QEMU understands; it stays the same until another QEMU runs. */
  qmpSchema: (domain: DomainRef) =>
    queryOptions({
      queryKey: queryKeys.qmpSchema(domain),
      queryFn: ({ signal }) => api.get(apiPaths.qmpSchema(domain), qmpSchema, { signal }),
      staleTime: 10 * 60_000,
    }),
}
