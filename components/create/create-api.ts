import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import {
  createFacts,
  createPreset,
  createPreview,
  type CreatePreviewRequest,
  createReply,
  type CreateRequest,
  type fetchRequest,
  imageLabels,
  mediaVolume,
  osEntry,
  type uploadRequest,
  uploadState,
} from '../../server/contract/create.ts'
import { jobId } from '../../server/contract/job.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

/** What the page asks of the server. Answers that came too late are dropped by the query cache. */
export const createQueries = {
  facts: (host: string) =>
    queryOptions({
      queryKey: ['create', 'facts', host],
      queryFn: ({ signal }) =>
        api.get(apiPaths.createFacts({ host }), createFacts, { signal }),
      enabled: host !== '',
      staleTime: 20_000,
    }),
  media: (host: string) =>
    queryOptions({
      queryKey: ['create', 'media', host],
      queryFn: ({ signal }) =>
        api.get(apiPaths.media({ host }), z.object({ volumes: z.array(mediaVolume) }), {
          signal,
        }),
      enabled: host !== '',
      staleTime: 5_000,
    }),
  labels: (host: string, path: string) =>
    queryOptions({
      queryKey: ['create', 'labels', host, path],
      queryFn: ({ signal }) =>
        api.get(apiPaths.mediaLabels({ host }), imageLabels, { query: { path }, signal }),
      enabled: host !== '' && path.startsWith('/'),
      staleTime: 60_000,
    }),
  systems: (search: string, arch: string) =>
    queryOptions({
      queryKey: ['create', 'os', search, arch],
      queryFn: ({ signal }) =>
        api.get(apiPaths.os(), z.object({ systems: z.array(osEntry) }), {
          query: { search, arch, limit: 20 },
          signal,
        }),
      staleTime: 5 * 60_000,
      placeholderData: keepPreviousData,
    }),
  preview: (host: string, request: CreatePreviewRequest | null) =>
    queryOptions({
      queryKey: ['create', 'preview', host, request],
      queryFn: () => api.post(apiPaths.createPreview({ host }), createPreview, request),
      enabled: host !== '' && request !== null,
      staleTime: 10_000,
      gcTime: 60_000,
      retry: false,
      placeholderData: keepPreviousData,
    }),
  presets: () =>
    queryOptions({
      queryKey: ['create', 'presets'],
      queryFn: ({ signal }) =>
        api.get(apiPaths.presets(), z.object({ presets: z.array(createPreset) }), {
          signal,
        }),
    }),
}

export const createMutations = {
  create: (host: string, request: CreateRequest) =>
    api.post(apiPaths.create({ host }), createReply, request),
  beginUpload: (host: string, pool: string, request: z.infer<typeof uploadRequest>) =>
    api.post(apiPaths.poolUploads({ host }, pool), uploadState, request),
  cancelUpload: (id: string) => api.delete(apiPaths.upload(id), uploadState),
  fetchImage: (host: string, pool: string, request: z.infer<typeof fetchRequest>) =>
    api.post(apiPaths.poolFetches({ host }, pool), z.object({ job: jobId }), request),
  savePreset: (name: string, line: string) =>
    api.post(apiPaths.presets(), createPreset, { name, line }),
  removePreset: (id: string) => api.delete(apiPaths.preset(id), z.null()),
}
