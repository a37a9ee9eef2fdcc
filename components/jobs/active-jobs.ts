'use client'

import { createContext, useContext, useMemo } from 'react'

import { activeJobStates, type JobSummary } from '../../server/contract/job.ts'
import type { Topic } from '../../server/contract/live.ts'
import { useLiveTopic } from '../data/use-live.ts'

/** All that is under way now: one topic for the top bar and for the marks in the tables. */
export const activeJobsTopic = {
  name: 'jobs',
  query: {
    search: '',
    states: [...activeJobStates],
    kinds: [],
    host: null,
    uuid: null,
    owner: null,
    parent: 'any',
  },
  offset: 0,
  limit: 200,
} satisfies Topic

/** How many jobs are under way, and those of them that fit into one window, newest first. */
export function useActiveJobs(): { count: number; jobs: readonly JobSummary[] } {
  const { data } = useLiveTopic(activeJobsTopic)
  return { count: data?.matched ?? 0, jobs: data?.jobs ?? none }
}
const none: readonly JobSummary[] = []

/** The job of each domain that is under one, by `host/uuid`. A domain that moves is on two hosts. */
export function useDomainJobs(): ReadonlyMap<string, JobSummary> {
  const { jobs } = useActiveJobs()
  return useMemo(() => {
    const byDomain = new Map<string, JobSummary>()
    // The newest is the most particular one: the part of an evacuation, not the whole.
    for (const job of jobs.toReversed()) {
      for (const { host, uuid } of job.domains) {
        for (const at of new Set([host, ...job.hosts])) byDomain.set(`${at}/${uuid}`, job)
      }
    }
    return byDomain
  }, [jobs])
}

const DomainJobs = createContext<ReadonlyMap<string, JobSummary>>(new Map())
/** Around a table: its cells find the job of their row without asking for it one by one. */
export const DomainJobsProvider = DomainJobs.Provider

export function useDomainJob(key: string): JobSummary | undefined {
  return useContext(DomainJobs).get(key)
}
