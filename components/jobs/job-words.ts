'use client'

import { useMemo } from 'react'

import type {
  JobKind,
  JobOwner,
  JobProgress,
  JobSummary,
} from '../../server/contract/job.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'

/** What is said of jobs in the page's language, from the data that the server gives. */
export function useJobWords() {
  const t = useT('jobs')
  const f = useFormat()
  return useMemo(() => {
    // Kinds and steps come over the wire: a newer server may have some without words here.
    const has = t.has as (key: string) => boolean
    const say = t as (key: string, values?: Record<string, string | number>) => string
    return {
      t,
      title: ({ kind, title }: Pick<JobSummary, 'kind' | 'title'>): string =>
        has(`title.${kind}`) ? say(`title.${kind}`, withSizes(title, f.kib)) : kind,
      step: (kind: JobKind, step: string): string =>
        has(`step.${kind}.${step}`) ? say(`step.${kind}.${step}`) : step,
      owner: (owner: JobOwner): string => {
        if (owner.type === 'external') return t('owner.external')
        return owner.type === 'policy'
          ? t('owner.policy', { name: owner.name })
          : owner.name
      },
      progress: ({ done, total, unit }: JobProgress): string => {
        if (unit === 'percent') return f.percent(done)
        const amount = (value: number) =>
          unit === 'bytes' ? f.bytes(value) : f.count(value)
        return total === null
          ? amount(done)
          : t('progress.of', { done: amount(done), total: amount(total) })
      },
    }
  }, [t, f])
}
export type JobWords = ReturnType<typeof useJobWords>

/** The share that is done, 0 to 1; null where the end is not known. */
export function shareOf(progress: JobProgress | null): number | null {
  if (!progress) return null
  const total = progress.unit === 'percent' ? 100 : progress.total
  return total === null || total <= 0 ? null : Math.min(1, progress.done / total)
}

/** "0:07", "12:30", "1:02:03": the same in every language. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const hours = Math.floor(seconds / 3600)
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '')
}

/** `targetKiB: 524288` is said as `{target}`: "512 MiB". */
export function withSizes(
  title: Record<string, string | number>,
  kib: (value: number) => string,
): Record<string, string | number> {
  const sizes = Object.entries(title).flatMap(([name, value]): [string, string][] =>
    name.endsWith('KiB') && typeof value === 'number'
      ? [[name.slice(0, -3), kib(value)]]
      : [],
  )
  return { ...title, ...Object.fromEntries(sizes) }
}
