import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'

import { FirstTopicsBoundary } from '../../../../components/data/first-topics.tsx'
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
  const first = topics.map(({ topic, data }) => ({ key: topicKey(topic), data }))
  return <FirstTopicsBoundary topics={first}>{children}</FirstTopicsBoundary>
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

/** As `orNotFound`; null = the host has not answered since the start, so nobody knows what is on it. */
export function orUnread<T>(read: () => T): T | null {
  try {
    return orNotFound(read)
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'host_offline') return null
    throw error
  }
}
