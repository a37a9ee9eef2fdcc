import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'

import type { LiveEntry } from '../../../../components/data/live-cache.ts'
import { queryKeys } from '../../../../components/data/query-keys.ts'
import { type Topic, topicKey, type TopicFull } from '../../../../server/contract/live.ts'
import { ProblemError } from '../../../../server/contract/problem.ts'

/** What a page shows before the live channel is there: the same state, read in the server itself. */
export function FirstTopics({
  topics,
  children,
}: {
  topics: readonly { topic: Topic; data: TopicFull }[]
  children: ReactNode
}) {
  const client = new QueryClient()
  for (const { topic, data } of topics) {
    const entry: LiveEntry = { data, problem: null, epoch: 0 }
    client.setQueryData(queryKeys.topic(topicKey(topic)), entry)
  }
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>
}

/** The not-found page when the host or domain in the address does not exist. */
export function orNotFound<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'not_found') notFound()
    throw error
  }
}
