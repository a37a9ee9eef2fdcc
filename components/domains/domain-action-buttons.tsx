'use client'

import type { DomainAction, DomainState } from '../../server/contract/domain.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { actionIcons } from './action-icons.tsx'
import { lifecycleActions } from './domain-actions.ts'
import { type ActionSubject, useDomainActions } from './use-domain-actions.tsx'

/** Those that are wanted every day; the others are one click further, so that none is hit by mistake. */
const inSight: readonly DomainAction[] = [
  'start',
  'shutdown',
  'reboot',
  'suspend',
  'resume',
]

/** The lifecycle actions in the head of a domain's page. */
export function DomainActionButtons({
  domain,
}: {
  domain: ActionSubject & { state: DomainState; stale: boolean }
}) {
  const t = useT('domain')
  const may = useMay('operator')
  const { run, dialog } = useDomainActions()
  const entries = lifecycleActions({
    state: domain.state,
    hostOffline: domain.stale,
    mayOperate: may.allowed,
  })
  const reason = (entry: (typeof entries)[number]) =>
    entry.blocked ? t(`blocked.${entry.blocked}`) : undefined
  // Suspend and resume never go together, so they share a place.
  const hidden: DomainAction = domain.state === 'paused' ? 'suspend' : 'resume'
  return (
    <>
      {entries
        .filter(({ action }) => inSight.includes(action) && action !== hidden)
        .map((entry) => (
          <Button
            key={entry.action}
            size="sm"
            icon={actionIcons[entry.action]}
            blocked={reason(entry)}
            onClick={() => run(domain, entry)}
            className="max-sm:hidden"
          >
            {t(`action.${entry.action}.label`)}
          </Button>
        ))}
      <Menu
        label={t('actionsOf', { name: domain.name })}
        items={entries.map((entry) => ({
          key: entry.action,
          label: t(`action.${entry.action}.label`),
          icon: actionIcons[entry.action],
          danger: entry.question === 'danger',
          blocked: reason(entry),
          onSelect: () => run(domain, entry),
        }))}
      />
      {dialog}
    </>
  )
}
