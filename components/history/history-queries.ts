import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import {
  annotation,
  samplesResponse,
  type SamplesQuery,
} from '../../server/contract/history.ts'
import type { Span } from '../charts/drag-span.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

/** What is drawn: a host, or one of its domains. */
export interface Subject {
  host: string
  domain?: string
}

export const historyQueries = {
  samples: (subject: Subject, metrics: SamplesQuery['metrics'], span: Span | null) =>
    queryOptions({
      queryKey: ['samples', subject, metrics, span],
      queryFn: ({ signal }) =>
        api.get(apiPaths.samples(), samplesResponse, {
          query: { ...subject, metrics, from: span?.fromMs, to: span?.toMs },
          signal,
        }),
      enabled: span !== null,
      placeholderData: keepPreviousData,
      staleTime: 60_000,
    }),
  annotations: (subject: Subject, span: Span) =>
    queryOptions({
      queryKey: ['annotations', subject, span],
      queryFn: ({ signal }) =>
        api.get(apiPaths.annotations(), z.object({ annotations: z.array(annotation) }), {
          query: { ...subject, from: span.fromMs, to: span.toMs },
          signal,
        }),
      placeholderData: keepPreviousData,
      staleTime: 5_000,
    }),
}
