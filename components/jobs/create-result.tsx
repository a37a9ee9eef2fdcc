'use client'

import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Notice } from '../ui/notice.tsx'
import { TextLink } from '../ui/text-link.tsx'
import type { JobViewProps } from './job-views.tsx'

/** The way to the domain that was made. */
export function CreateResult({ result }: JobViewProps<'create'>) {
  const t = useT('jobs')
  if (!result) return null
  return (
    <Notice
      tone="ok"
      title={t('result.created', { name: result.name })}
      action={<TextLink href={paths.domain(result)}>{t('result.open')}</TextLink>}
    />
  )
}
