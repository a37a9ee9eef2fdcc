'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'

import {
  password as passwordSchema,
  roles,
  username as usernameSchema,
  type Role,
  type User,
} from '../../server/contract/account.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { Select } from '../ui/select.tsx'
import { InlineError } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { beyondFields, issueOf, useSubmit } from '../ui/use-submit.ts'
import { userChanges, usersQuery } from './users-api.ts'

/** Adds a user, or edits `user`: its role, and a new password when one is typed. */
export function UserDialog({
  open,
  onClose,
  user,
  ownAccount,
}: {
  open: boolean
  onClose: () => void
  user: User | null
  ownAccount: boolean
}) {
  const t = useT('settings')
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
      title={user ? t('users.editTitle', { name: user.username }) : t('users.add')}
      size="sm"
    >
      <UserForm user={user} ownAccount={ownAccount} onClose={onClose} />
    </Dialog>
  )
}

function UserForm({
  user,
  ownAccount,
  onClose,
}: {
  user: User | null
  ownAccount: boolean
  onClose: () => void
}) {
  const t = useT('settings')
  const auth = useT('auth')
  const common = useT('common')
  const formId = useId()
  const client = useQueryClient()
  const [username, setUsername] = useState(user?.username ?? '')
  const [password, setPassword] = useState('')
  const [role, setRole] = useState<Role>(user?.role ?? 'viewer')
  const [tried, setTried] = useState(false)
  const needsPassword = user === null || password !== ''
  const faults = {
    username:
      user || usernameSchema.safeParse(username).success ? undefined : auth('usernameRule'),
    password:
      !needsPassword || passwordSchema.safeParse(password).success
        ? undefined
        : auth('passwordRule'),
  }
  const { busy, problem, submit } = useSubmit(async () => {
    setTried(true)
    if (Object.values(faults).some(Boolean)) return
    if (user) {
      await userChanges.patch(user.id, {
        role: role === user.role ? undefined : role,
        password: password === '' ? undefined : password,
      })
    } else await userChanges.create({ username, password, role })
    await client.invalidateQueries(usersQuery())
    toast.success({
      title: user ? common('saved') : t('users.added', { name: username }),
    })
    onClose()
  })
  const taken = issueOf(problem, 'username') === 'taken' ? t('users.taken') : undefined
  return (
    <form id={formId} onSubmit={submit} className="space-y-4" noValidate>
      {!user && (
        <TextField
          label={auth('username')}
          value={username}
          onChange={setUsername}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          error={
            (tried ? faults.username : undefined) ?? taken ?? issueOf(problem, 'username')
          }
          hint={auth('usernameRule')}
        />
      )}
      <Select
        label={t('users.role')}
        value={role}
        onChange={setRole}
        options={roles.map((value) => ({ value, label: common(`role.${value}`) }))}
        hint={common(`roleHint.${role}`)}
        blocked={ownAccount ? t('users.ownRole') : undefined}
      />
      <PasswordField
        label={user ? t('users.newPassword') : auth('password')}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        error={(tried ? faults.password : undefined) ?? issueOf(problem, 'password')}
        hint={
          user
            ? `${t('users.newPasswordHint')} ${auth('passwordRule')}.`
            : auth('passwordRule')
        }
      />
      <InlineError problem={beyondFields(problem, ['username', 'password'])} />
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button type="submit" variant="primary" loading={busy}>
          {user ? common('save') : t('users.add')}
        </Button>
      </div>
    </form>
  )
}
