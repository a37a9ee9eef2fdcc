'use client'

import { useEffect, useRef } from 'react'

import type { Job } from '../../server/contract/job.ts'
import { useLiveTopic } from '../data/use-live.ts'
import type { ProblemLike } from '../ui/problem-like.ts'

/** Follows a job while it is there. Draws nothing. */
export function FollowJob({
  id,
  onChange,
  onGone,
}: {
  id: string
  onChange: (job: Job) => void
  /** There is no such job. */
  onGone: (problem: ProblemLike) => void
}) {
  const { data, problem } = useLiveTopic({ name: 'job', id })
  const job = data?.job
  const told = useRef({ onChange, onGone })
  useEffect(() => {
    told.current = { onChange, onGone }
  })
  useEffect(() => {
    if (job) told.current.onChange(job)
  }, [job])
  useEffect(() => {
    if (problem) told.current.onGone(problem)
  }, [problem])
  return null
}
