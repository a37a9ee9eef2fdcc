import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  forecastQuery,
  forecastReply,
  forecastRunsQuery,
  forecastRunsReply,
  measureLinkRequest,
  measureLinkResponse,
} from '../../../../server/contract/forecast.ts'
import { hostSlug } from '../../../../server/contract/host.ts'
import { jobId } from '../../../../server/contract/job.ts'
import {
  defaultMigrationOptions,
  migrationControl,
  migrationOptions,
  migrationPreview,
  startMigrationRequest,
  startMigrationResponse,
} from '../../../../server/contract/migration.ts'
import {
  alikeQuery,
  alikeReply,
  makeAlikeRequest,
  makeAllAlikeReply,
  makeAllAlikeRequest,
  matrixQuery,
  matrixReply,
  preflightReply,
} from '../../../../server/contract/preflight.ts'
import type { RouteSpec } from '../route-spec.ts'
import { asJson, domain, done, host } from './parameters.ts'

/** Moving a domain: what it would meet, how long it takes, doing and steering it. */
export const migrationRoutes = {
  'GET /api/v1/hosts/{host}/domains/{uuid}/migration-preview': {
    summary: 'The virsh line of a move with these options, and what does not go together',
    params: domain,
    query: z.strictObject({
      target: hostSlug,
      options: asJson(migrationOptions.default(defaultMigrationOptions)),
    }),
    reply: migrationPreview,
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/migrations': {
    summary: 'Begins to move a domain to another host, as a job',
    params: domain,
    body: startMigrationRequest,
    reply: startMigrationResponse,
    status: 201,
    audit: 'migration.start',
  },
  'POST /api/v1/migrations/{id}/control': {
    summary: 'Steers a move that runs: bandwidth, downtime limit, post-copy, abort, …',
    params: z.strictObject({ id: jobId }),
    body: migrationControl,
    reply: done,
    audit: 'migration.control',
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/preflight': {
    summary: 'Whether the domain may move to each other host, and what it would meet there',
    params: domain,
    reply: preflightReply,
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/forecast': {
    summary: 'What a forecast of a move to another host is made from',
    params: domain,
    query: forecastQuery,
    reply: forecastReply,
  },
  'GET /api/v1/migration-matrix': {
    summary: 'Which domains may move to which hosts, with what stands in the way',
    query: matrixQuery,
    reply: matrixReply,
  },
  'POST /api/v1/hosts/{host}/alike': {
    summary: 'Defines or starts a network or a storage pool that another host has',
    params: host,
    body: makeAlikeRequest,
    reply: done,
    audit: 'host.alike',
  },
  'GET /api/v1/hosts/{host}/alike': {
    summary: 'The networks and storage pools that the host lacks beside another one',
    params: host,
    query: alikeQuery,
    reply: alikeReply,
  },
  'PUT /api/v1/hosts/{host}/alike': {
    summary: 'Defines or starts many of them in one go',
    params: host,
    body: makeAllAlikeRequest,
    reply: makeAllAlikeReply,
    audit: 'host.alike',
  },
  'GET /api/v1/migration-runs': {
    summary: 'Moves that ended: what was expected, what came, and what the model learned',
    query: forecastRunsQuery,
    reply: forecastRunsReply,
  },
  'POST /api/v1/hosts/{host}/link-probes': {
    summary: 'Measures how fast bytes go to another host, for some seconds',
    params: host,
    body: measureLinkRequest,
    reply: measureLinkResponse,
    audit: 'link.measure',
  },
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
