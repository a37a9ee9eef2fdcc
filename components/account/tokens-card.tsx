'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'

import type { ApiToken } from '../../server/contract/account.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { useMe } from '../shell/me.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { RelativeTime, useNowMs } from '../ui/relative-time.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { accountChanges, accountQueries } from './account-api.ts'
import { CreateTokenDialog } from './create-token-dialog.tsx'

export function TokensCard() {
  const t = useT('account')
  const client = useQueryClient()
  const { data, error, refetch } = useQuery(accountQueries.tokens())
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const addButton = (
    <Button size="sm" icon={<Plus />} onClick={() => setCreating(true)}>
      {t('createToken')}
    </Button>
  )
  return (
    <Card title={t('tokens')} meta={t('tokensMeta')} actions={addButton} padded={false}>
      {error ? (
        <div className="p-4">
          <ErrorState problem={problemOf(error)} onRetry={() => void refetch()} />
        </div>
      ) : !data ? (
        <Loading />
      ) : data.length === 0 ? (
        <EmptyState title={t('noTokens')}>{t('noTokensDetail')}</EmptyState>
      ) : (
        <ul className="divide-line divide-y">
          {data.map((one) => (
            <TokenRow key={one.id} token={one} onRevoke={() => setRevoking(one)} />
          ))}
        </ul>
      )}
      <CreateTokenDialog open={creating} onOpenChange={setCreating} />
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={(open) => {
          if (!open) setRevoking(null)
        }}
        title={t('revokeTitle', { name: revoking?.name ?? '' })}
        confirmLabel={t('revoke')}
        danger
        onConfirm={async () => {
          if (revoking) await accountChanges.revokeToken(revoking.id)
          await client.invalidateQueries(accountQueries.tokens())
        }}
      >
        <p className="text-muted">{t('revokeDetail')}</p>
      </ConfirmDialog>
    </Card>
  )
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  const t = useT('account')
  const common = useT('common')
  const f = useFormat()
  const me = useMe()
  const nowMs = useNowMs()
  const expired = token.expiresMs !== null && token.expiresMs <= nowMs
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <div className="min-w-0 flex-1 text-sm">
        <p className="flex flex-wrap items-center gap-2 [overflow-wrap:anywhere]">
          {token.name}
          <Badge>{common(`role.${token.role}`)}</Badge>
          {expired && <Badge tone="danger">{t('expired')}</Badge>}
          {token.owner !== me.username && (
            <span className="text-muted text-xs">
              {t('ownedBy', { owner: token.owner })}
            </span>
          )}
        </p>
        <p className="text-muted text-xs">
          {token.expiresMs === null
            ? t('neverExpires')
            : t('expires', { date: f.date(token.expiresMs) })}
          {' · '}
          {token.usedMs === null ? (
            t('neverUsed')
          ) : (
            <>
              {t('used')} <RelativeTime atMs={token.usedMs} />
            </>
          )}
        </p>
      </div>
      <Button size="sm" onClick={onRevoke}>
        {t('revoke')}
      </Button>
    </li>
  )
}
