'use client'

import { LoaderCircle } from 'lucide-react'
import Link from 'next/link'

import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { useActiveJobs } from './active-jobs.ts'

/** In the top bar while something is under way: how many, and the way there. */
export function RunningJobs() {
  const t = useT('jobs')
  const { count, jobs } = useActiveJobs()
  if (count === 0) return null
  const [only] = jobs
  const href = count === 1 && only ? paths.job(only.id) : paths.jobs()
  const label = t('running', { count })
  return (
    <Link
      href={href}
      title={label}
      className="bg-accent-soft text-accent border-accent-line mr-2 inline-flex h-6 items-center gap-1.5 rounded-full border px-2 text-2xs font-medium"
    >
      <LoaderCircle aria-hidden className="size-3 animate-spin" />
      <span aria-hidden className="tabular sm:hidden">
        {count}
      </span>
      <span className="max-sm:sr-only">{label}</span>
    </Link>
  )
}
