'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { password as passwordSchema } from '../../server/contract/account.ts'
import { useT } from '../i18n/use-t.ts'
import { useMe } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { InlineError } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { beyondFields, issueOf, useSubmit } from '../ui/use-submit.ts'
import { accountChanges, accountQueries } from './account-api.ts'

export function PasswordCard() {
  const t = useT('account')
  const auth = useT('auth')
  const me = useMe()
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [wanted, setWanted] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const faults = {
    current: current === '' ? t('currentMissing') : undefined,
    wanted: passwordSchema.safeParse(wanted).success ? undefined : auth('passwordRule'),
    again: again === wanted ? undefined : auth('passwordsDiffer'),
  }
  const { busy, problem, submit } = useSubmit(async () => {
    setTried(true)
    if (Object.values(faults).some(Boolean)) return
    await accountChanges.password(current, wanted)
    setCurrent('')
    setWanted('')
    setAgain('')
    setTried(false)
    toast.success({ title: t('passwordChanged'), description: t('othersEnded') })
    await client.invalidateQueries(accountQueries.sessions())
  })
  const currentWrong = issueOf(problem, 'currentPassword') ? t('currentWrong') : undefined
  return (
    <Card title={t('password')} meta={t('passwordMeta')}>
      <form onSubmit={submit} className="max-w-sm space-y-4" noValidate>
        <input
          type="hidden"
          name="username"
          autoComplete="username"
          value={me.username}
          readOnly
        />
        <PasswordField
          label={t('currentPassword')}
          value={current}
          onChange={setCurrent}
          autoComplete="current-password"
          error={(tried ? faults.current : undefined) ?? currentWrong}
        />
        <PasswordField
          label={t('newPassword')}
          value={wanted}
          onChange={setWanted}
          autoComplete="new-password"
          error={(tried ? faults.wanted : undefined) ?? issueOf(problem, 'newPassword')}
          hint={auth('passwordRule')}
        />
        <PasswordField
          label={auth('passwordAgain')}
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
          error={tried ? faults.again : undefined}
        />
        <InlineError problem={beyondFields(problem, ['currentPassword', 'newPassword'])} />
        <Button type="submit" variant="primary" loading={busy}>
          {t('changePassword')}
        </Button>
      </form>
    </Card>
  )
}
