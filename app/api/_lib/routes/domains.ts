import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  domainAction,
  domainDetail,
  domainState,
  fleetPage,
  fleetSortKey,
} from '../../../../server/contract/domain.ts'
import { hostSlug } from '../../../../server/contract/host.ts'
import type { RouteSpec } from '../route-spec.ts'
import { domain, done, flag, host, listOf } from './parameters.ts'

const pageQuery = z.strictObject({
  search: z.string().max(200).default(''),
  state: listOf(domainState).default([]),
  sort: fleetSortKey.default('name'),
  descending: flag,
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Domains: which there are, what they do. */
export const domainRoutes = {
  'GET /api/v1/domains': {
    summary: 'A window on the domains of all hosts, filtered and sorted',
    query: pageQuery.extend({ host: listOf(hostSlug).default([]) }),
    reply: fleetPage,
  },
  'GET /api/v1/hosts/{host}/domains': {
    summary: 'The same for one host',
    params: host,
    query: pageQuery,
    reply: fleetPage,
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}': {
    summary: 'One domain',
    params: domain,
    reply: domainDetail,
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/xml': {
    summary: 'The domain XML as libvirt has it',
    params: domain,
    query: z.strictObject({ inactive: flag }),
    reply: 'xml',
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/actions/{action}': {
    summary: 'Starts, shuts down, reboots, … a domain',
    params: domain.extend({ action: domainAction }),
    reply: done,
    audit: 'domain.{action}',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
