'use client'

import { ChevronDown, CircleUserRound, LogOut } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { z } from 'zod'

import { api } from '../data/api-client.ts'
import { apiPaths, paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { toast } from '../ui/toaster.tsx'
import { useMe } from './me.tsx'

async function logout() {
  try {
    await api.post(apiPaths.logout(), z.null())
    // A full load: nothing of this person stays in memory.
    location.assign(paths.login())
  } catch (error) {
    toast.problem(problemOf(error))
  }
}

export function UserMenu() {
  const t = useT('shell')
  const common = useT('common')
  const me = useMe()
  const router = useRouter()

  return (
    <Menu
      label={t('userMenu', { name: me.username })}
      trigger={
        <Button variant="ghost" size="md" aria-label={t('userMenu', { name: me.username })}>
          <CircleUserRound aria-hidden className="size-4" />
          <span className="max-w-40 truncate max-sm:hidden">{me.username}</span>
          <ChevronDown aria-hidden className="size-3 max-sm:hidden" />
        </Button>
      }
      items={[
        { key: 'who', heading: `${me.username} · ${common(`role.${me.role}`)}` },
        {
          key: 'account',
          label: t('nav.account'),
          icon: <CircleUserRound />,
          onSelect: () => router.push(paths.account()),
        },
        { key: 'line', separator: true },
        {
          key: 'logout',
          label: t('logout'),
          icon: <LogOut />,
          onSelect: () => void logout(),
        },
      ]}
    />
  )
}
