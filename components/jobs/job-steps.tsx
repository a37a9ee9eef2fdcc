'use client'

import { clsx } from 'clsx'
import { Circle, CircleCheck, CircleMinus, CircleX, LoaderCircle } from 'lucide-react'

import type { JobKind, JobStep } from '../../server/contract/job.ts'
import { ProgressBar } from './job-parts.tsx'
import { formatDuration, type JobWords, shareOf } from './job-words.ts'

const icons: Record<JobStep['state'], { Icon: typeof Circle; color: string }> = {
  waiting: { Icon: Circle, color: 'text-faint' },
  running: { Icon: LoaderCircle, color: 'text-info animate-spin' },
  done: { Icon: CircleCheck, color: 'text-ok' },
  failed: { Icon: CircleX, color: 'text-danger' },
  skipped: { Icon: CircleMinus, color: 'text-faint' },
}

/** What is done, what is under way, what comes. */
export function JobSteps({
  kind,
  steps,
  words,
}: {
  kind: JobKind
  steps: readonly JobStep[]
  words: JobWords
}) {
  const { t } = words
  if (steps.length === 0) return <p className="text-muted text-sm">{t('noSteps')}</p>
  return (
    <ol className="space-y-2.5">
      {steps.map((step) => {
        const { Icon, color } = icons[step.state]
        const tookMs =
          step.startedMs === null || step.endedMs === null
            ? null
            : step.endedMs - step.startedMs
        return (
          <li key={step.name} className="flex gap-2.5 text-sm">
            <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', color)} />
            <div className="min-w-0 flex-1">
              <div className="flex items-baseline gap-2">
                <span className={step.state === 'waiting' ? 'text-muted' : undefined}>
                  {words.step(kind, step.name)}
                </span>
                <span className="sr-only">{t(`stepState.${step.state}`)}</span>
                <span className="text-faint tabular ml-auto font-mono text-2xs">
                  {step.progress && step.state === 'running'
                    ? words.progress(step.progress)
                    : tookMs !== null && formatDuration(tookMs)}
                </span>
              </div>
              {step.note !== null && (
                <p className="text-faint text-xs [overflow-wrap:anywhere]">{step.note}</p>
              )}
              {step.state === 'running' && step.progress && (
                <ProgressBar
                  label={words.step(kind, step.name)}
                  share={shareOf(step.progress)}
                />
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
