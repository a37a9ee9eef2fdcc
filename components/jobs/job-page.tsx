'use client'

import { clsx } from 'clsx'
import { Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import {
  jobIsActive,
  type Job,
  type JobLogLine,
  type JobStep,
} from '../../server/contract/job.ts'
import { useFormat } from '../charts/use-format.ts'
import { mutations } from '../data/mutations.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DescriptionList } from '../ui/description-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { CancelJob } from './cancel-job.tsx'
import { JobLog } from './job-log.tsx'
import { JobDuration, JobProgressCell, JobStateBadge, JobSubjects } from './job-parts.tsx'
import { JobSteps } from './job-steps.tsx'
import { JobTable, useJobWindow } from './job-table.tsx'
import { JobView } from './job-views.tsx'
import { type JobWords, useJobWords } from './job-words.ts'

/** One job: what it does, how far it is, what it said, how it ended. */
export function JobPage({ id }: { id: string }) {
  const t = useT('jobs')
  const words = useJobWords()
  const { data, status, problem } = useLiveTopic({ name: 'job', id })
  if (!data) {
    return <Page>{problem ? <ErrorState problem={problem} /> : <Loading />}</Page>
  }
  const { job, log, series } = data
  return (
    <Page>
      <PageHeader
        title={<bdi>{words.title(job)}</bdi>}
        eyebrow={
          <>
            <TextLink href={paths.jobs()}>{t('pageTitle')}</TextLink> · #{job.id}
            {job.parent !== null && (
              <>
                {' · '}
                <TextLink href={paths.job(job.parent)}>
                  {t('partOf', { id: job.parent })}
                </TextLink>
              </>
            )}
          </>
        }
        meta={<JobStateBadge state={job.state} />}
        actions={
          <>
            <CancelJob job={job} />
            <DeleteJob job={job} />
          </>
        }
      />
      <div className={clsx('space-y-5', status === 'stale' && 'opacity-60')}>
        <Outcome job={job} />
        {jobIsActive(job.state) && (
          <div className="bg-surface rounded border px-4 py-3">
            <JobProgressCell job={job} words={words} />
          </div>
        )}
        <JobView job={job} series={series} stale={status !== 'live'} />
        <Overview job={job} steps={job.steps} log={log} words={words} />
        {job.children.total > 0 && <Parts id={job.id} />}
      </div>
    </Page>
  )
}

function Outcome({ job }: { job: Job }) {
  const t = useT('jobs')
  const { state, problem, leftovers } = job
  return (
    <>
      {state === 'failed' && problem && <ErrorState problem={problem} />}
      {(state === 'cancelled' || state === 'interrupted') && problem && (
        <Notice tone="warn" title={t(`state.${state}`)}>
          {problem.detail}
        </Notice>
      )}
      {leftovers.length > 0 && (
        <Notice tone="danger" title={t('leftovers')}>
          <ul className="list-disc pl-4">
            {leftovers.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  )
}

function Overview({
  job,
  steps,
  log,
  words,
}: {
  job: Job
  steps: readonly JobStep[]
  log: readonly JobLogLine[]
  words: JobWords
}) {
  const { t } = words
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]">
      <div className="space-y-5">
        <Card title={t('steps')}>
          <JobSteps kind={job.kind} steps={steps} words={words} />
        </Card>
        <Card title={t('about')}>
          <About job={job} words={words} />
        </Card>
      </div>
      <Card title={t('log.title')} padded={false}>
        <JobLog lines={log} />
      </Card>
    </div>
  )
}

function About({ job, words }: { job: Job; words: JobWords }) {
  const { t } = words
  const f = useFormat()
  const time = (atMs: number | null) => (atMs === null ? '—' : f.dateTime(atMs))
  return (
    <DescriptionList
      items={[
        { label: t('filter.kind'), value: t(`kind.${job.kind}`) },
        { label: t('column.owner'), value: words.owner(job.owner) },
        { label: t('column.subject'), value: <JobSubjects job={job} /> },
        { label: t('created'), value: time(job.createdMs), mono: true },
        { label: t('started'), value: time(job.startedMs), mono: true },
        { label: t('ended'), value: time(job.endedMs), mono: true },
        { label: t('column.duration'), value: <JobDuration job={job} /> },
        ...(job.expectedEndMs === null
          ? []
          : [{ label: t('expectedEnd'), value: time(job.expectedEndMs), mono: true }]),
      ]}
    />
  )
}

function Parts({ id }: { id: string }) {
  const t = useT('jobs')
  const parts = useJobWindow({
    search: '',
    states: [],
    kinds: [],
    host: null,
    uuid: null,
    owner: null,
    parent: id,
  })
  return (
    <section>
      <h2 className="mb-2 text-sm font-medium">{t('partsTitle')}</h2>
      <JobTable window={parts} label={t('partsTitle')} empty={null} height="60dvh" />
    </section>
  )
}

function DeleteJob({ job }: { job: Job }) {
  const t = useT('jobs')
  const may = useMay('operator')
  const router = useRouter()
  const [open, setOpen] = useState(false)
  if (jobIsActive(job.state)) return null
  return (
    <>
      <Button icon={<Trash2 />} blocked={may.reason} onClick={() => setOpen(true)}>
        {t('delete.button')}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t('delete.question', { id: job.id })}
        confirmLabel={t('delete.button')}
        danger
        onConfirm={async () => {
          await mutations.deleteJob(job.id)
          router.push(paths.jobs())
        }}
      >
        <p>{t('delete.consequence')}</p>
      </ConfirmDialog>
    </>
  )
}
