'use client'

import { LoaderCircle } from 'lucide-react'

import type { JobSummary } from '../../server/contract/job.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { TextLink } from '../ui/text-link.tsx'
import { shareOf } from './job-words.ts'

/** In the row of a domain that is under a job: what goes on, and the way to it. */
export function DomainJobMark({ job }: { job: JobSummary }) {
  const t = useT('jobs')
  const share = shareOf(job.progress)
  return (
    <TextLink
      quiet
      href={paths.job(job.id)}
      className="text-info flex items-center gap-1 text-2xs whitespace-nowrap"
    >
      <LoaderCircle aria-hidden className="size-3 shrink-0 animate-spin" />
      <span className="truncate">{t(`kind.${job.kind}`)}</span>
      {share !== null && (
        <span className="tabular font-mono">{Math.floor(share * 100)} %</span>
      )}
    </TextLink>
  )
}
