'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, Pencil, Plus, Trash2, UserCheck, Users } from 'lucide-react'
import { useState } from 'react'

import type { User } from '../../server/contract/account.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay, useMe } from '../shell/me.tsx'
import { Page } from '../shell/page.tsx'
import { Badge, StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Menu } from '../ui/menu.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { toast } from '../ui/toaster.tsx'
import { UserDialog } from './user-dialogs.tsx'
import { userChanges, usersQuery } from './users-api.ts'

export function UsersView({ first }: { first?: User[] }) {
  const t = useT('settings')
  const admin = useMay('admin')
  const me = useMe()
  const users = useQuery({ ...usersQuery(), enabled: admin.allowed, initialData: first })
  const [dialog, setDialog] = useState<'closed' | 'add' | User>('closed')
  const [removing, setRemoving] = useState<User | null>(null)
  const client = useQueryClient()
  const edited = typeof dialog === 'object' ? dialog : null
  return (
    <Page>
      <PageHeader
        title={t('users.title')}
        actions={
          <Button
            variant="primary"
            icon={<Plus />}
            blocked={admin.reason}
            onClick={() => setDialog('add')}
          >
            {t('users.add')}
          </Button>
        }
      >
        {t('users.lead')}
      </PageHeader>
      {!admin.allowed ? (
        <div className="bg-surface rounded border">
          <EmptyState icon={<Users />} title={t('users.adminsOnly')}>
            {admin.reason}
          </EmptyState>
        </div>
      ) : users.isError ? (
        <ErrorState problem={problemOf(users.error)} onRetry={() => void users.refetch()} />
      ) : !users.data ? (
        <SkeletonRows rows={3} />
      ) : (
        <UsersTable
          users={users.data}
          ownId={me.id}
          onEdit={setDialog}
          onRemove={setRemoving}
        />
      )}
      <UserDialog
        key={edited?.id ?? dialog.toString()}
        open={dialog !== 'closed'}
        onClose={() => setDialog('closed')}
        user={edited}
        ownAccount={edited?.id === me.id}
      />
      <ConfirmDialog
        open={removing !== null}
        onOpenChange={(open) => {
          if (!open) setRemoving(null)
        }}
        title={t('users.removeTitle', { name: removing?.username ?? '' })}
        confirmLabel={t('users.remove')}
        danger
        onConfirm={async () => {
          if (removing) await userChanges.remove(removing.id)
          await client.invalidateQueries(usersQuery())
        }}
      >
        <p className="text-muted">{t('users.removeDetail')}</p>
      </ConfirmDialog>
    </Page>
  )
}

function UsersTable({
  users,
  ownId,
  onEdit,
  onRemove,
}: {
  users: readonly User[]
  ownId: string
  onEdit: (user: User) => void
  onRemove: (user: User) => void
}) {
  const t = useT('settings')
  const common = useT('common')
  const f = useFormat()
  const client = useQueryClient()

  async function setDisabled(user: User, disabled: boolean) {
    try {
      await userChanges.patch(user.id, { disabled })
      toast.success({
        title: t(disabled ? 'users.disabledDone' : 'users.enabledDone', {
          name: user.username,
        }),
      })
    } catch (error) {
      toast.problem(problemOf(error))
    }
    await client.invalidateQueries(usersQuery())
  }

  return (
    <Table label={t('users.title')}>
      <THead>
        <Th>{t('users.name')}</Th>
        <Th>{t('users.role')}</Th>
        <Th>{t('users.status')}</Th>
        <Th className="max-sm:hidden">{t('users.lastLogin')}</Th>
        <Th className="max-md:hidden">{t('users.created')}</Th>
        <Th align="end">
          <span className="sr-only">{common('actions')}</span>
        </Th>
      </THead>
      <TBody>
        {users.map((user) => {
          const own = user.id === ownId ? t('users.ownAccount') : undefined
          return (
            <Tr key={user.id}>
              <Td>
                <span className="font-medium">{user.username}</span>
                {own && (
                  <span className="ml-2">
                    <Badge tone="accent">{t('users.you')}</Badge>
                  </span>
                )}
              </Td>
              <Td>{common(`role.${user.role}`)}</Td>
              <Td>
                <StateBadge
                  tone={user.disabled ? 'neutral' : 'ok'}
                  label={t(user.disabled ? 'users.disabled' : 'users.enabled')}
                />
              </Td>
              <Td className="text-muted max-sm:hidden">
                {user.lastLoginMs === null ? (
                  common('never')
                ) : (
                  <RelativeTime atMs={user.lastLoginMs} />
                )}
              </Td>
              <Td className="text-muted max-md:hidden">{f.date(user.createdMs)}</Td>
              <Td align="end">
                <Menu
                  label={common('actionsFor', { name: user.username })}
                  items={[
                    {
                      key: 'edit',
                      label: common('edit'),
                      icon: <Pencil />,
                      onSelect: () => onEdit(user),
                    },
                    {
                      key: 'disable',
                      label: t(user.disabled ? 'users.enable' : 'users.disable'),
                      icon: user.disabled ? <UserCheck /> : <Ban />,
                      blocked: own,
                      onSelect: () => void setDisabled(user, !user.disabled),
                    },
                    { key: 'line', separator: true },
                    {
                      key: 'remove',
                      label: t('users.remove'),
                      icon: <Trash2 />,
                      danger: true,
                      blocked: own,
                      onSelect: () => onRemove(user),
                    },
                  ]}
                />
              </Td>
            </Tr>
          )
        })}
      </TBody>
    </Table>
  )
}
