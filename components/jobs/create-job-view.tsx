'use client'

import { jobIsActive } from '../../server/contract/job.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Notice } from '../ui/notice.tsx'
import { TextLink } from '../ui/text-link.tsx'
import type { JobViewProps } from './job-views.tsx'

/** The way to the domain that was made; and where none was made, back to the form as it was. */
export function CreateJobView({ job, detail, result }: JobViewProps<'create'>) {
  const t = useT('jobs')
  const f = useFormat()
  if (result) {
    return (
      <Notice
        tone="ok"
        title={t('result.created', { name: result.name })}
        action={<TextLink href={paths.domain(result)}>{t('result.open')}</TextLink>}
      />
    )
  }
  const host = job.hosts[0]
  if (jobIsActive(job.state) || !detail || host === undefined) return null
  return (
    <Notice
      title={t(job.state === 'failed' ? 'result.formKept' : 'result.formKeptOnly')}
      action={
        <TextLink href={paths.createAgain({ host, job: job.id })}>
          {t('result.backToForm')}
        </TextLink>
      }
    >
      {detail.withheld.length > 0 &&
        t('result.withheld', { what: f.list(detail.withheld) })}
    </Notice>
  )
}
