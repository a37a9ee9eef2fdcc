'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'

import type { JobQuery, JobSummary } from '../../server/contract/job.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { windowFor } from '../domains/fleet-window.ts'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { type Column, VirtualTable } from '../ui/virtual-table.tsx'
import {
  JobDuration,
  JobProgressCell,
  JobStarted,
  JobStateBadge,
  JobSubjects,
} from './job-parts.tsx'
import { type JobWords, useJobWords } from './job-words.ts'

/** How long a scroll must rest before the rows at its end are asked for. */
const restMs = 80

/** The window on the jobs that is in sight, kept live. */
export function useJobWindow(query: JobQuery) {
  const [range, setRange] = useState({ first: 0, last: 20 })
  const [rested, setRested] = useState(range)
  useEffect(() => {
    const timer = setTimeout(() => setRested(range), restMs)
    return () => clearTimeout(timer)
  }, [range])
  const { offset, limit } = windowFor(rested)
  const live = useLiveTopic({ name: 'jobs', query, offset, limit }, { keepPrevious: true })
  return { page: live.data, status: live.status, problem: live.problem, onRange: setRange }
}
export type JobWindow = ReturnType<typeof useJobWindow>

/** All jobs that match, newest first, as one virtualised table; below 640 px as cards. */
export function JobTable({
  window: { page, status, problem, onRange },
  label,
  empty,
  height,
}: {
  window: JobWindow
  label: string
  empty: ReactNode
  height?: string
}) {
  const router = useRouter()
  const words = useJobWords()
  const columns = useMemo(() => columnsOf(words), [words])
  const rowAt = useCallback((at: number) => page?.jobs[at - page.offset], [page])
  const renderCard = useCallback(
    (job: JobSummary) => <JobCard job={job} words={words} />,
    [words],
  )
  if (problem && !page) return <ErrorState problem={problem} />
  if (!page) return <SkeletonRows rows={8} columns={6} />
  return (
    <div className={status === 'stale' ? 'opacity-60' : undefined}>
      <VirtualTable
        label={label}
        count={page.matched}
        rowAt={rowAt}
        rowKey={({ id }) => id}
        columns={columns}
        rowHeight={48}
        cardHeight={112}
        renderCard={renderCard}
        onRange={onRange}
        onOpen={({ id }) => router.push(paths.job(id))}
        empty={empty}
        height={height}
      />
    </div>
  )
}

function columnsOf(words: JobWords): Column<JobSummary>[] {
  const { t } = words
  return [
    {
      key: 'state',
      header: t('column.state'),
      width: '7rem',
      cell: ({ state }) => <JobStateBadge state={state} />,
    },
    {
      key: 'title',
      header: t('column.title'),
      width: 'minmax(11rem, 2fr)',
      cell: (job) => <JobTitle job={job} words={words} />,
    },
    {
      key: 'progress',
      header: t('column.progress'),
      width: 'minmax(10rem, 1.6fr)',
      cell: (job) => <JobProgressCell job={job} words={words} />,
    },
    {
      key: 'subject',
      header: t('column.subject'),
      width: 'minmax(8rem, 1.2fr)',
      priority: 3,
      cell: (job) => <JobSubjects job={job} />,
    },
    {
      key: 'owner',
      header: t('column.owner'),
      width: 'minmax(5rem, 0.6fr)',
      priority: 2,
      cell: ({ owner }) => <span className="text-muted">{words.owner(owner)}</span>,
    },
    {
      key: 'started',
      header: t('column.started'),
      width: '7rem',
      priority: 2,
      align: 'end',
      cell: (job) => (
        <span className="text-muted text-xs">
          <JobStarted job={job} />
        </span>
      ),
    },
    {
      key: 'duration',
      header: t('column.duration'),
      width: '5.5rem',
      priority: 2,
      align: 'end',
      cell: (job) => <JobDuration job={job} />,
    },
  ]
}

function JobTitle({ job, words }: { job: JobSummary; words: JobWords }) {
  const { t } = words
  return (
    <div className="min-w-0">
      <TextLink quiet href={paths.job(job.id)} className="block truncate font-medium">
        <bdi>{words.title(job)}</bdi>
      </TextLink>
      <div className="text-faint tabular truncate font-mono text-2xs">
        #{job.id}
        {job.parent !== null && ` · ${t('partOf', { id: job.parent })}`}
        {job.children.total > 0 && ` · ${t('parts', { count: job.children.total })}`}
      </div>
    </div>
  )
}

function JobCard({ job, words }: { job: JobSummary; words: JobWords }) {
  return (
    <div className="space-y-1.5">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1 text-sm">
          <JobTitle job={job} words={words} />
        </div>
        <JobStateBadge state={job.state} />
      </div>
      <JobProgressCell job={job} words={words} />
      <p className="text-muted flex gap-2 text-xs">
        <span className="truncate">{words.owner(job.owner)}</span>
        <span className="ml-auto shrink-0">
          <JobStarted job={job} />
        </span>
      </p>
    </div>
  )
}
