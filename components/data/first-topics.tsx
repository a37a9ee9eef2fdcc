'use client'

import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'

import type { TopicFull } from '../../server/contract/live.ts'
import { useHydrating } from '../ui/use-hydrating.ts'
import type { LiveEntry } from './live-cache.ts'
import { useLive } from './live-provider.tsx'
import { queryKeys } from './query-keys.ts'

/** The state of a topic as the server read it for the page. */
export interface FirstTopic {
  /** topicKey() of the topic. */
  key: string
  data: TopicFull
}

const First = createContext<ReadonlyMap<string, LiveEntry>>(new Map())

/** Everything below shows these topics from its first rendering on, before the live channel is there. */
export function FirstTopicsBoundary({
  topics,
  children,
}: {
  topics: readonly FirstTopic[]
  children: ReactNode
}) {
  const client = useQueryClient()
  const { epoch } = useLive()
  const above = useContext(First)
  const entries = useMemo(() => {
    const own = topics.map(({ key, data }): [string, LiveEntry] => [
      key,
      { data, problem: null, epoch: 0 },
    ])
    for (const [key, entry] of own) {
      const queryKey = queryKeys.topic(key)
      if (client.getQueryData(queryKey) === undefined) client.setQueryData(queryKey, entry)
    }
    return own
  }, [client, topics])
  useEffect(() => {
    for (const [key, entry] of entries) {
      const queryKey = queryKeys.topic(key)
      const kept = client.getQueryData<LiveEntry>(queryKey)
      // What is live is newer than the page; what was kept of an earlier visit is older.
      if (kept !== entry && kept?.epoch !== epoch()) client.setQueryData(queryKey, entry)
    }
  }, [client, entries, epoch])
  const first = useMemo(() => new Map([...above, ...entries]), [above, entries])
  return <First value={first}>{children}</First>
}

/**
 * What the server rendered of a topic while React takes over its HTML, which it does part by part: the
 * live channel may be there before the last part, and that part must begin with what its HTML shows.
 * undefined = the take-over is done, or was never: show what is known now.
 */
export function useFirstTopic(key: string): { entry: LiveEntry | null } | undefined {
  const first = useContext(First)
  const hydrating = useHydrating()
  return hydrating ? { entry: first.get(key) ?? null } : undefined
}
