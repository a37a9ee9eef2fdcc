'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'

import { roleAllows, roles, type Role } from '../../server/contract/account.ts'
import { useT } from '../i18n/use-t.ts'
import { useMe } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine, CopyButton } from '../ui/command-line.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { serverNowMs } from '../ui/relative-time.tsx'
import { Select } from '../ui/select.tsx'
import { InlineError } from '../ui/states.tsx'
import { beyondFields, issueOf, useSubmit } from '../ui/use-submit.ts'
import { accountChanges, accountQueries } from './account-api.ts'

const lifetimes = ['30', '90', '365', 'never'] as const
type Lifetime = (typeof lifetimes)[number]

/** Makes a token and shows it, once: closing the dialog is the end of it. */
export function CreateTokenDialog({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useT('account')
  const [wasOpen, setWasOpen] = useState(open)
  const [token, setToken] = useState<string | null>(null)
  const formId = useId()
  const common = useT('common')
  const [busy, setBusy] = useState(false)
  if (open !== wasOpen) {
    setWasOpen(open)
    setToken(null)
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={token === null ? t('createToken') : t('tokenCreated')}
      footer={
        token === null ? (
          <>
            <Button onClick={() => onOpenChange(false)}>{common('cancel')}</Button>
            <Button type="submit" form={formId} variant="primary" loading={busy}>
              {t('createToken')}
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={() => onOpenChange(false)}>
            {t('tokenKept')}
          </Button>
        )
      }
    >
      {token === null ? (
        <TokenForm formId={formId} onBusy={setBusy} onCreated={setToken} />
      ) : (
        <ShownOnce token={token} />
      )}
    </Dialog>
  )
}

function TokenForm({
  formId,
  onBusy,
  onCreated,
}: {
  formId: string
  onBusy: (busy: boolean) => void
  onCreated: (token: string) => void
}) {
  const t = useT('account')
  const common = useT('common')
  const me = useMe()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [lifetime, setLifetime] = useState<Lifetime>('90')
  const [tried, setTried] = useState(false)
  const missing = name.trim() === '' ? t('tokenNameMissing') : undefined
  const { problem, submit } = useSubmit(async () => {
    setTried(true)
    if (missing) return
    onBusy(true)
    try {
      const days = lifetime === 'never' ? null : Number(lifetime)
      const { token } = await accountChanges.createToken({
        name,
        role,
        expiresMs: days === null ? null : Math.round(serverNowMs() + days * 86_400_000),
      })
      onCreated(token)
      await client.invalidateQueries(accountQueries.tokens())
    } finally {
      onBusy(false)
    }
  })
  return (
    <form id={formId} onSubmit={submit} className="space-y-4" noValidate>
      <TextField
        label={t('tokenName')}
        hint={t('tokenNameHint')}
        value={name}
        onChange={setName}
        maxLength={100}
        error={(tried ? missing : undefined) ?? issueOf(problem, 'name')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t('tokenRole')}
          hint={common(`roleHint.${role}`)}
          value={role}
          onChange={setRole}
          options={roles
            .filter((candidate) => roleAllows(me.role, candidate))
            .map((value) => ({ value, label: common(`role.${value}`) }))}
          error={issueOf(problem, 'role')}
        />
        <Select
          label={t('tokenLifetime')}
          value={lifetime}
          onChange={setLifetime}
          options={lifetimes.map((value) => ({
            value,
            label:
              value === 'never' ? t('neverExpires') : t('days', { count: Number(value) }),
          }))}
          error={issueOf(problem, 'expiresMs')}
        />
      </div>
      <InlineError problem={beyondFields(problem, ['name', 'role', 'expiresMs'])} />
    </form>
  )
}

function ShownOnce({ token }: { token: string }) {
  const t = useT('account')
  return (
    <div className="space-y-4">
      <Notice tone="warn" title={t('tokenOnceTitle')}>
        {t('tokenOnceDetail')}
      </Notice>
      <div className="bg-sunken border-accent-line flex items-center gap-2 rounded border py-1 pr-1 pl-3">
        <code
          data-testid="new-token"
          className="min-w-0 flex-1 font-mono text-sm break-all select-all"
        >
          {token}
        </code>
        <CopyButton text={token} label={t('copyToken')} />
      </div>
      <CommandLine
        label={t('tokenExample')}
        command={`curl -H "Authorization: Bearer ${token}" ${location.origin}/api/v1/hosts`}
      />
    </div>
  )
}
