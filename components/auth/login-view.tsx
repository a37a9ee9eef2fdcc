'use client'

import { useState } from 'react'

import { me } from '../../server/contract/account.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { InlineError } from '../ui/states.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { AuthFrame } from './auth-frame.tsx'

export function LoginView({ next, needsSetup }: { next: string; needsSetup: boolean }) {
  const t = useT('auth')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const { busy, problem, submit } = useSubmit(async () => {
    await api.post(apiPaths.login(), me, { username: username.trim(), password })
    // A full load: the console starts with this person's session, nothing left over.
    location.assign(next)
    // Stay busy until the browser has gone.
    await new Promise(() => undefined)
  })
  const missing = username.trim() === '' || password === ''
  const wrong = problem?.code === 'unauthenticated'
  return (
    <AuthFrame title={t('login')} lead={t('loginLead')}>
      {needsSetup && (
        <Notice tone="info" title={t('needsSetupTitle')} className="mb-5">
          {t('needsSetupDetail')}
        </Notice>
      )}
      <form onSubmit={submit} className="space-y-4" noValidate>
        <TextField
          label={t('username')}
          name="username"
          value={username}
          onChange={setUsername}
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
        />
        <PasswordField
          label={t('password')}
          name="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          error={wrong ? t('wrongPassword') : undefined}
        />
        {!wrong && <InlineError problem={problem} />}
        <Button
          type="submit"
          variant="primary"
          loading={busy}
          blocked={missing ? t('fillBoth') : undefined}
          className="w-full"
        >
          {t('login')}
        </Button>
      </form>
    </AuthFrame>
  )
}
