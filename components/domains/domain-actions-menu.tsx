'use client'

import { MoveRight } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'

import type { DomainState } from '../../server/contract/domain.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { actionIcons } from './action-icons.tsx'
import { type ActionEntry, lifecycleActions } from './domain-actions.ts'
import type { ActionSubject } from './use-domain-actions.tsx'

/** The actions of one row. None is hidden: one that is not possible says why. */
export function DomainActionsMenu({
  domain,
  onAction,
}: {
  domain: ActionSubject & { state: DomainState; stale: boolean }
  onAction: (domain: ActionSubject, entry: ActionEntry) => void
}) {
  const t = useT('domain')
  const tMigration = useT('migration')
  const router = useRouter()
  const { allowed } = useMay('operator')
  const { host, hostName, uuid, name, state, stale } = domain
  // A row is drawn every second, but what can be done with it changes with its state only.
  const items = useMemo(() => {
    const subject = { host, hostName, uuid, name }
    const lifecycle = lifecycleActions({
      state,
      hostOffline: stale,
      mayOperate: allowed,
    }).map((entry): MenuEntry => ({
      key: entry.action,
      label: t(`action.${entry.action}.label`),
      icon: actionIcons[entry.action],
      danger: entry.question === 'danger',
      blocked: entry.blocked ? t(`blocked.${entry.blocked}`) : undefined,
      onSelect: () => onAction(subject, entry),
    }))
    return [
      ...lifecycle,
      { key: 'before-migrate', separator: true } as const,
      {
        key: 'migrate',
        label: tMigration('migrate'),
        icon: <MoveRight />,
        onSelect: () => router.push(`${paths.domain(subject)}?migrate=true`),
      },
    ]
  }, [host, hostName, uuid, name, state, stale, allowed, onAction, t, tMigration, router])
  return <Menu label={t('actionsOf', { name })} items={items} />
}
