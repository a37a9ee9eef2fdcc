'use client'

import { useState } from 'react'

import {
  me,
  password as passwordSchema,
  username as usernameSchema,
} from '../../server/contract/account.ts'
import { api } from '../data/api-client.ts'
import { apiPaths, paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { InlineError } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { beyondFields, issueOf, useSubmit } from '../ui/use-submit.ts'
import { AuthFrame } from './auth-frame.tsx'

/** Creates the first admin. `done`: there is one; `token` null: the page was opened without its link. */
export function SetupView({ token, done }: { token: string | null; done: boolean }) {
  const t = useT('auth')
  if (done)
    return (
      <AuthFrame title={t('setup')}>
        <Notice
          tone="warn"
          title={t('setupDoneTitle')}
          action={<TextLink href={paths.login()}>{t('login')}</TextLink>}
        >
          {t('setupDoneDetail')}
        </Notice>
      </AuthFrame>
    )
  if (token === null)
    return (
      <AuthFrame title={t('setup')}>
        <Notice tone="warn" title={t('noTokenTitle')}>
          {t('noTokenDetail')}
        </Notice>
      </AuthFrame>
    )
  return <SetupForm token={token} />
}

function SetupForm({ token }: { token: string }) {
  const t = useT('auth')
  const [username, setUsername] = useState('admin')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const faults = {
    username: usernameSchema.safeParse(username).success ? undefined : t('usernameRule'),
    password: passwordSchema.safeParse(password).success ? undefined : t('passwordRule'),
    again: again === password ? undefined : t('passwordsDiffer'),
  }
  const { busy, problem, submit } = useSubmit(async () => {
    setTried(true)
    if (Object.values(faults).some(Boolean)) return
    await api.post(apiPaths.setup(), me, { token, username, password })
    location.assign(paths.fleet())
    await new Promise(() => undefined)
  })
  const wrongToken = problem?.code === 'forbidden'
  return (
    <AuthFrame title={t('setup')} lead={t('setupLead')}>
      <form onSubmit={submit} className="space-y-4" noValidate>
        <TextField
          label={t('username')}
          name="username"
          value={username}
          onChange={setUsername}
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          error={(tried ? faults.username : undefined) ?? issueOf(problem, 'username')}
          hint={t('usernameRule')}
        />
        <PasswordField
          label={t('password')}
          name="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          error={(tried ? faults.password : undefined) ?? issueOf(problem, 'password')}
          hint={t('passwordRule')}
        />
        <PasswordField
          label={t('passwordAgain')}
          name="password-again"
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
          error={tried ? faults.again : undefined}
        />
        {wrongToken ? (
          <Notice tone="danger" role="alert" title={t('wrongTokenTitle')}>
            {t('wrongTokenDetail')}
          </Notice>
        ) : (
          <InlineError problem={beyondFields(problem, ['username', 'password'])} />
        )}
        <Button type="submit" variant="primary" loading={busy} className="w-full">
          {t('createAdmin')}
        </Button>
      </form>
    </AuthFrame>
  )
}
