'use client'

import { useT } from '../i18n/use-t.ts'
import { useMe } from '../shell/me.tsx'
import { Page } from '../shell/page.tsx'
import { Badge } from '../ui/badge.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { PasswordCard } from './password-card.tsx'
import { PreferencesCard } from './preferences-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { TokensCard } from './tokens-card.tsx'

export function AccountView() {
  const t = useT('account')
  const common = useT('common')
  const me = useMe()
  return (
    <Page narrow>
      <PageHeader
        title={t('title')}
        meta={
          <>
            <span className="font-mono">{me.username}</span>
            <Badge tone="accent">{common(`role.${me.role}`)}</Badge>
            <span>{common(`roleHint.${me.role}`)}</span>
          </>
        }
      />
      <div className="space-y-5">
        <PreferencesCard />
        <PasswordCard />
        <SessionsCard />
        <TokensCard />
      </div>
    </Page>
  )
}
