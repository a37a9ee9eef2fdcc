import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import {
  evacuationPlan,
  type StartEvacuationRequest,
  startEvacuationResponse,
} from '../../server/contract/evacuation.ts'
import {
  forecastReply,
  forecastRunsReply,
  measureLinkResponse,
} from '../../server/contract/forecast.ts'
import {
  type MigrationControl,
  type MigrationOptions,
  startMigrationResponse,
} from '../../server/contract/migration.ts'
import {
  alikeReply,
  type MakeAlikeRequest,
  makeAllAlikeReply,
  type MakeAllAlikeRequest,
  matrixReply,
  preflightReply,
} from '../../server/contract/preflight.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

interface DomainRef {
  host: string
  uuid: string
}
/** Which earlier moves; null = all. */
export interface RunsQuery {
  uuid: string | null
  source: string | null
  target: string | null
  offset: number
}
export const runsShown = 20
const changed = z.object({ command: z.string().nullable() })

/** What is read for moves. Its parts have one key, so that a remedy makes all of it be read anew. */
export const migrationQueries = {
  all: ['migration'] as const,
  preflight: (domain: DomainRef) =>
    queryOptions({
      queryKey: ['migration', 'preflight', domain.host, domain.uuid],
      queryFn: ({ signal }) =>
        api.get(apiPaths.preflight(domain), preflightReply, { signal }),
      staleTime: 0,
    }),
  forecast: (domain: DomainRef, target: string) =>
    queryOptions({
      queryKey: ['migration', 'forecast', domain.host, domain.uuid, target],
      queryFn: ({ signal }) =>
        api.get(apiPaths.forecast(domain), forecastReply, { query: { target }, signal }),
      staleTime: 0,
    }),
  runs: (query: RunsQuery) =>
    queryOptions({
      queryKey: ['migration', 'runs', query],
      queryFn: ({ signal }) =>
        api.get(apiPaths.migrationRuns(), forecastRunsReply, {
          query: { ...query, limit: runsShown },
          signal,
        }),
      staleTime: 0,
    }),
  alike: (host: string, source: string) =>
    queryOptions({
      queryKey: ['migration', 'alike', host, source],
      queryFn: ({ signal }) =>
        api.get(apiPaths.alike({ host }), alikeReply, { query: { source }, signal }),
      staleTime: 0,
    }),
  matrix: (query: { search: string; host: string | null; offset: number }) =>
    queryOptions({
      queryKey: ['migration', 'matrix', query],
      queryFn: ({ signal }) =>
        api.get(apiPaths.migrationMatrix(), matrixReply, {
          query: { ...query, limit: 50 },
          signal,
        }),
      staleTime: 30_000,
    }),
}

/** What is changed for moves. All throw ProblemError. */
export const migrationChanges = {
  start: (
    domain: DomainRef,
    request: {
      target: string
      options: MigrationOptions
      forecast: Record<string, unknown> | null
    },
  ) => api.post(apiPaths.migrations(domain), startMigrationResponse, request),
  control: (id: string, request: MigrationControl) =>
    api.post(apiPaths.migrationControl(id), changed, request),
  makeAlike: (host: string, request: MakeAlikeRequest) =>
    api.post(apiPaths.alike({ host }), changed, request),
  makeAllAlike: (host: string, request: MakeAllAlikeRequest) =>
    api.put(apiPaths.alike({ host }), makeAllAlikeReply, request),
  measureLink: (host: string, target: string) =>
    api.post(apiPaths.linkProbes({ host }), measureLinkResponse, { target }),
}

/** Many moves as one job. */
export const evacuationApi = {
  plan: (query: {
    host: string | null
    domains: readonly string[]
    parallel: number
    bandwidthMiBps: number | null
    autoConverge: boolean
    postCopy: boolean
  }) =>
    queryOptions({
      queryKey: ['migration', 'evacuation', query],
      queryFn: ({ signal }) =>
        api.get(apiPaths.evacuationPlan(), evacuationPlan, { query, signal }),
      staleTime: 0,
    }),
  start: (request: StartEvacuationRequest) =>
    api.post(apiPaths.evacuations(), startEvacuationResponse, request),
  pause: (id: string, paused: boolean) =>
    api.put(apiPaths.evacuationPaused(id), z.null(), { paused }),
}
