'use client'

import dynamic from 'next/dynamic'
import type { ComponentType } from 'react'

import { jobKinds } from '../../server/contract/job-kinds.ts'
import type { JobDetail, JobResult } from '../../server/contract/job-kinds.ts'
import type { Job, JobKind, JobSeries } from '../../server/contract/job.ts'
import { CreateJobView } from './create-job-view.tsx'

/** What the part of the page that belongs to one kind gets. */
export interface JobViewProps<K extends JobKind> {
  job: Job
  /** null until the job has told some. */
  detail: JobDetail<K> | null
  result: JobResult<K> | null
  series: JobSeries
  stale: boolean
}

const loadReclaim = async () => (await import('../reclaim/reclaim-job.tsx')).ReclaimJob

/**
 * What each kind shows besides what all jobs show, above steps and log. One line a kind: make it
 * `dynamic()` where it is large.
 */
const MigrationJobView = dynamic(() =>
  import('../migration/migration-job-view.tsx').then((module) => module.MigrationJobView),
)

const EvacuateJobView = dynamic(() =>
  import('../migration/evacuate-job-view.tsx').then((module) => module.EvacuateJobView),
)

const jobViews: { [K in JobKind]?: ComponentType<JobViewProps<K>> } = {
  create: CreateJobView,
  reclaim: dynamic<JobViewProps<'reclaim'>>(loadReclaim),
  'reclaim-undo': dynamic<JobViewProps<'reclaim-undo'>>(loadReclaim),
  migration: MigrationJobView,
  evacuate: EvacuateJobView,
}

/** The part of the page of a job that belongs to its kind; nothing where the kind has none. */
export function JobView(props: { job: Job; series: JobSeries; stale: boolean }) {
  return viewOf(props.job.kind, props)
}

function viewOf<K extends JobKind>(
  kind: K,
  { job, series, stale }: { job: Job; series: JobSeries; stale: boolean },
) {
  const View: ComponentType<JobViewProps<K>> | undefined = jobViews[kind]
  if (!View) return null
  // What an older Ballast kept may have another shape: then it is not shown.
  const detail = jobKinds[kind].detail.safeParse(job.detail)
  const result = jobKinds[kind].result.safeParse(job.result)
  return (
    <View
      job={job}
      series={series}
      stale={stale}
      // The schema of the kind gave it.
      detail={(detail.data ?? null) as JobDetail<K> | null}
      result={(result.data ?? null) as JobResult<K> | null}
    />
  )
}
