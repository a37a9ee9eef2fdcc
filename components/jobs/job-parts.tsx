'use client'

import { clsx } from 'clsx'

import { jobIsActive, type JobState, type JobSummary } from '../../server/contract/job.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import { RelativeTime, useNowMs } from '../ui/relative-time.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { toneFill, type Tone } from '../ui/tone.ts'
import { formatDuration, type JobWords, shareOf } from './job-words.ts'

export const jobTones: Record<JobState, Tone> = {
  queued: 'neutral',
  running: 'info',
  stopping: 'warn',
  done: 'ok',
  failed: 'danger',
  cancelled: 'neutral',
  interrupted: 'warn',
}

export function JobStateBadge({ state }: { state: JobState }) {
  const t = useT('jobs')
  const pulse = state === 'running' || state === 'stopping'
  return <StateBadge tone={jobTones[state]} label={t(`state.${state}`)} pulse={pulse} />
}

/** How far it is: a bar with its words, or what it waits for. Nothing for a job that has ended. */
export function JobProgressCell({ job, words }: { job: JobSummary; words: JobWords }) {
  const { t } = words
  if (job.state === 'queued' && job.waitingFor) {
    const { reason, job: other } = job.waitingFor
    return (
      <span className="text-muted text-xs">
        {reason === 'limit' ? t('waiting.limit') : t('waiting.lock', { id: other ?? '?' })}
      </span>
    )
  }
  if (!jobIsActive(job.state)) {
    return job.problem ? (
      <span className="text-muted block truncate text-xs" title={job.problem.detail}>
        {job.problem.detail}
      </span>
    ) : null
  }
  const step = job.step === null ? null : words.step(job.kind, job.step)
  const { children } = job
  const progress =
    job.progress ??
    (children.total > 0
      ? ({
          done: children.total - children.active,
          total: children.total,
          unit: 'count',
        } as const)
      : null)
  return (
    <div className="min-w-0">
      <div className="text-muted flex items-baseline gap-2 text-xs">
        <span className="min-w-0 truncate">{step}</span>
        {progress && (
          <span className="tabular ml-auto shrink-0 font-mono text-2xs">
            {words.progress(progress)}
          </span>
        )}
      </div>
      <ProgressBar
        label={t('progress.label', { title: words.title(job) })}
        share={shareOf(progress)}
        tone={job.state === 'stopping' ? 'warn' : 'info'}
      />
    </div>
  )
}

/** A bar; without a share it says only that something goes on. */
export function ProgressBar({
  label,
  share,
  tone = 'info',
}: {
  label: string
  share: number | null
  tone?: Tone
}) {
  const percent = share === null ? undefined : Math.floor(share * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="bg-sunken mt-1 h-1.5 overflow-hidden rounded-full border"
    >
      <div
        className={clsx(
          'h-full',
          toneFill[tone],
          share === null ? 'animate-pulse-soft w-full opacity-40' : 'transition-[width]',
        )}
        style={share === null ? undefined : { width: `${share * 100}%` }}
      />
    </div>
  )
}

/** Its domains as links, its hosts where there is none. */
export function JobSubjects({ job }: { job: JobSummary }) {
  const named = job.domains.slice(0, 3)
  if (named.length === 0) {
    return (
      <span className="text-muted truncate font-mono text-xs">{job.hosts.join(', ')}</span>
    )
  }
  return (
    <span className="block truncate">
      {named.map(({ host, uuid, name }, at) => (
        <span key={`${host}/${name}`}>
          {at > 0 && ', '}
          {uuid === null ? (
            <bdi>{name}</bdi>
          ) : (
            <TextLink quiet href={paths.domain({ host, uuid })}>
              <bdi>{name}</bdi>
            </TextLink>
          )}
        </span>
      ))}
      {job.domains.length > named.length && ` +${job.domains.length - named.length}`}
      <span className="text-faint ml-1.5 font-mono text-2xs">{job.hosts.join(' → ')}</span>
    </span>
  )
}

export function JobStarted({ job }: { job: JobSummary }) {
  return <RelativeTime atMs={job.startedMs ?? job.createdMs} />
}

/** How long it took, or has been going on. */
export function JobDuration({ job }: { job: JobSummary }) {
  const { startedMs, endedMs } = job
  if (startedMs === null) return <span className="text-faint">—</span>
  return endedMs === null ? (
    <Going sinceMs={startedMs} />
  ) : (
    <Seconds ms={endedMs - startedMs} />
  )
}

function Going({ sinceMs }: { sinceMs: number }) {
  return <Seconds ms={Math.max(0, useNowMs() - sinceMs)} />
}

function Seconds({ ms }: { ms: number }) {
  return (
    <span className="tabular font-mono text-xs" suppressHydrationWarning>
      {formatDuration(ms)}
    </span>
  )
}
