'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import type { Session } from '../../server/contract/account.ts'
import { useT } from '../i18n/use-t.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { accountChanges, accountQueries } from './account-api.ts'
import { describeUserAgent } from './user-agent.ts'

export function SessionsCard() {
  const t = useT('account')
  const client = useQueryClient()
  const { data, error, refetch } = useQuery(accountQueries.sessions())
  const [ending, setEnding] = useState<Session | null>(null)
  const browser = (one: Session) => describeUserAgent(one.userAgent) ?? t('unknownBrowser')
  return (
    <Card title={t('sessions')} meta={t('sessionsMeta')} padded={false}>
      {error ? (
        <div className="p-4">
          <ErrorState problem={problemOf(error)} onRetry={() => void refetch()} />
        </div>
      ) : !data ? (
        <Loading />
      ) : (
        <ul className="divide-line divide-y">
          {data.map((one) => (
            <li
              key={one.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5"
            >
              <div className="min-w-0 flex-1 text-sm">
                <p className="flex flex-wrap items-center gap-2">
                  {browser(one)}
                  {one.current && <Badge tone="accent">{t('thisSession')}</Badge>}
                </p>
                <p className="text-muted text-xs">
                  <span className="font-mono">{one.address ?? t('unknownAddress')}</span>
                  {' · '}
                  {t('seen')} <RelativeTime atMs={one.seenMs} />
                </p>
              </div>
              <Button
                size="sm"
                blocked={one.current ? t('endCurrentBlocked') : undefined}
                onClick={() => setEnding(one)}
              >
                {t('endSession')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => {
          if (!open) setEnding(null)
        }}
        title={t('endSessionTitle', { browser: ending ? browser(ending) : '' })}
        confirmLabel={t('endSession')}
        danger
        onConfirm={async () => {
          if (ending) await accountChanges.endSession(ending.id)
          await client.invalidateQueries(accountQueries.sessions())
        }}
      >
        <p className="text-muted">{t('endSessionDetail')}</p>
      </ConfirmDialog>
    </Card>
  )
}
