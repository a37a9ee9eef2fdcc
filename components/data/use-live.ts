'use client'

import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'

import {
  type Topic,
  topicKey,
  type TopicFull,
  type TopicName,
} from '../../server/contract/live.ts'
import type { Problem } from '../../server/contract/problem.ts'
import { useFirstTopic } from './first-topics.tsx'
import type { LiveEntry } from './live-cache.ts'
import { useLive } from './live-provider.tsx'
import { firstConnection, type LiveConnection } from './live-socket.ts'
import { queryKeys } from './query-keys.ts'

/**
 * - `loading`: nothing came yet
 * - `live`: follows the server
 * - `stale`: the connection is down; `data` is the last that was known
 * - `gone`: the host or domain is not there; `problem` says why
 */
export type LiveStatus = 'loading' | 'live' | 'stale' | 'gone'

export interface LiveTopic<N extends TopicName> {
  data: TopicFull<N> | null
  status: LiveStatus
  problem: Problem | null
  /** stale: when the server was last heard, by this computer's clock. */
  heardMs: number | null
}

/**
 * The state of a topic as it is now; it is followed for as long as the component is there.
 * `keepPrevious`: until the first state of another topic comes, show that of the one before.
 */
export function useLiveTopic<T extends Topic>(
  topic: T,
  { keepPrevious = false }: { keepPrevious?: boolean } = {},
): LiveTopic<T['name']> {
  const { cache, epoch } = useLive()
  const connection = useLiveConnection()
  const key = topicKey(topic)
  // The key stands for the topic: a new object with the same content changes nothing.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => cache.use(topic), [cache, key])
  const first = useFirstTopic(key)
  const { data: cached } = useQuery<LiveEntry>({
    queryKey: queryKeys.topic(key),
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPrevious ? keepPreviousData : undefined,
  })
  const entry = first ? first.entry : cached
  return {
    // The cache holds under a topic's key only what its own reducer made.
    data: (entry?.data ?? null) as TopicFull<T['name']> | null,
    problem: entry?.problem ?? null,
    status: statusOf(entry ?? undefined, connection, first ? 0 : epoch()),
    heardMs: connection.heardMs,
  }
}

export function statusOf(
  entry: LiveEntry | undefined,
  connection: Pick<LiveConnection, 'phase' | 'tries'>,
  epoch: number,
): LiveStatus {
  if (entry?.problem) return 'gone'
  if (!entry?.data) return 'loading'
  // What the page came with is fresh until the channel brings the same, unless that is lost.
  if (entry.epoch === 0 && connection.tries === 0) return 'live'
  return connection.phase === 'open' && entry.epoch === epoch ? 'live' : 'stale'
}

/** How the connection to the server is; for the indicator and for what is dimmed without it. */
export function useLiveConnection(): LiveConnection {
  const { socket } = useLive()
  return useSyncExternalStore(
    (watcher) => socket.watch(watcher),
    () => socket.connection,
    () => firstConnection,
  )
}
