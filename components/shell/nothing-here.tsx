'use client'

import { Compass } from 'lucide-react'

import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { EmptyState } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { Page } from './page.tsx'

export function NothingHere() {
  const t = useT('errors')
  return (
    <Page>
      <EmptyState
        icon={<Compass />}
        title={<h1>{t('notFoundTitle')}</h1>}
        action={<TextLink href={paths.fleet()}>{t('toFleet')}</TextLink>}
      >
        {t('notFoundDetail')}
      </EmptyState>
    </Page>
  )
}
