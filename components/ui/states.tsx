'use client'

import { clsx } from 'clsx'
import { CircleAlert, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl/react'

import { Button } from './button.tsx'
import { CommandLine } from './command-line.tsx'
import type { ProblemLike } from './problem-like.ts'

export { EmptyState } from './empty-state.tsx'

/** The title of a problem in the page's language when its code is known. */
export function useProblemTitle(): (problem: ProblemLike) => string {
  const t = useTranslations('errors')
  return (problem) => {
    const key = `code.${problem.code ?? ''}`
    // Codes come over the wire: an unknown one falls back to what the server called it.
    const has = t.has as (key: string) => boolean
    const raw = t.raw as (key: string) => unknown
    const words = problem.code && has(key) ? raw(key) : undefined
    if (typeof words === 'string') return words
    return problem.title || t('unexpectedTitle')
  }
}

function ProblemBody({ problem }: { problem: ProblemLike }) {
  const t = useTranslations('common')
  return (
    <>
      {problem.detail && (
        <p className="text-sm [overflow-wrap:anywhere]">{problem.detail}</p>
      )}
      {problem.remedy && (
        <p className="text-muted text-sm">
          <span className="text-text font-medium">{t('whatToDo')}: </span>
          {problem.remedy}
        </p>
      )}
      {problem.libvirt && (
        <div className="text-xs">
          <p className="text-faint">
            {t('libvirtSays', {
              code: problem.libvirt.code,
              domain: problem.libvirt.domain,
            })}
          </p>
          <p className="text-muted mt-0.5 font-mono [overflow-wrap:anywhere]">
            {problem.libvirt.message}
          </p>
        </div>
      )}
      {problem.command && <CommandLine command={problem.command} />}
    </>
  )
}

/** A whole part of the page that failed. */
export function ErrorState({
  problem,
  title,
  onRetry,
  action,
}: {
  problem: ProblemLike
  title?: ReactNode
  onRetry?: () => void
  action?: ReactNode
}) {
  const t = useTranslations('common')
  const titleOf = useProblemTitle()
  return (
    <div role="alert" className="border-danger-line bg-surface rounded border p-4 sm:p-5">
      <div className="flex gap-3">
        <CircleAlert aria-hidden className="text-danger mt-0.5 size-4 shrink-0" />
        <div className="min-w-0 flex-1 space-y-2">
          <p className="font-medium">
            {title ?? titleOf(problem)}
            {problem.host && (
              <span className="text-muted ml-2 font-mono text-xs font-normal">
                {t('onHost', { host: problem.host })}
              </span>
            )}
          </p>
          <ProblemBody problem={problem} />
          {(onRetry || action) && (
            <div className="flex flex-wrap gap-2 pt-1">
              {onRetry && (
                <Button size="sm" icon={<RotateCw />} onClick={onRetry}>
                  {t('retry')}
                </Button>
              )}
              {action}
            </div>
          )}
        </div>
      </div>
    </div>
  )
}

/** A problem inside a form or dialog. */
export function InlineError({ problem }: { problem: ProblemLike | null | undefined }) {
  const titleOf = useProblemTitle()
  if (!problem) return null
  return (
    <div
      role="alert"
      className="border-danger-line bg-danger-soft space-y-1.5 rounded border px-3 py-2"
    >
      <p className="text-danger text-sm font-medium">{titleOf(problem)}</p>
      <ProblemBody problem={problem} />
    </div>
  )
}

/** Where a text will be. `still`: hundreds at a time that pulse are felt in a scroll. */
export function Skeleton({ className, still }: { className?: string; still?: boolean }) {
  return (
    <span
      aria-hidden
      className={clsx(
        'bg-line block h-3 rounded-sm',
        !still && 'animate-pulse-soft',
        className,
      )}
    />
  )
}

/** Where a table will be. */
export function SkeletonRows({
  rows = 5,
  columns = 4,
}: {
  rows?: number
  columns?: number
}) {
  const t = useTranslations('common')
  return (
    <div role="status" className="bg-surface overflow-hidden rounded border">
      <span className="sr-only">{t('loading')}</span>
      <div className="bg-sunken h-8 border-b" />
      {Array.from({ length: rows }, (_row, row) => (
        <div
          key={row}
          className="flex h-11 items-center gap-6 border-b px-4 last:border-b-0"
        >
          {Array.from({ length: columns }, (_column, column) => (
            <Skeleton
              key={column}
              className={clsx('flex-1', column > 1 && 'max-sm:hidden')}
            />
          ))}
        </div>
      ))}
    </div>
  )
}

export function Loading({ label }: { label?: string }) {
  const t = useTranslations('common')
  return (
    <p role="status" className="text-muted animate-pulse-soft py-10 text-center text-sm">
      {label ?? t('loading')}
    </p>
  )
}
