'use client'

import { useEffect, useRef } from 'react'

import type { Job } from '../../server/contract/job.ts'
import { useLiveTopic } from '../data/use-live.ts'

/** Follows a job while it is there. Draws nothing. */
export function FollowJob({ id, onChange }: { id: string; onChange: (job: Job) => void }) {
  const { data } = useLiveTopic({ name: 'job', id })
  const job = data?.job
  const told = useRef(onChange)
  useEffect(() => {
    told.current = onChange
  })
  useEffect(() => {
    if (job) told.current(job)
  }, [job])
  return null
}
