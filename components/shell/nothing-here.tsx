import { Compass } from 'lucide-react'

import { paths } from '../data/paths.ts'
import { getT } from '../i18n/server.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { Page } from './page.tsx'

/** What an address shows that leads nowhere. Made on the server: no page pays for it. */
export async function NothingHere() {
  const t = await getT('errors')
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
