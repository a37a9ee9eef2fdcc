'use client'

import type { DomainState } from '../../server/contract/domain.ts'
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
  const may = useMay('operator')
  const items = lifecycleActions({
    state: domain.state,
    hostOffline: domain.stale,
    mayOperate: may.allowed,
  }).map((entry): MenuEntry => ({
    key: entry.action,
    label: t(`action.${entry.action}.label`),
    icon: actionIcons[entry.action],
    danger: entry.question === 'danger',
    blocked: entry.blocked ? t(`blocked.${entry.blocked}`) : undefined,
    onSelect: () => onAction(domain, entry),
  }))
  return <Menu label={t('actionsOf', { name: domain.name })} items={items} />
}
