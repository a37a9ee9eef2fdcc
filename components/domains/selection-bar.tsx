'use client'

import { ListChecks, X } from 'lucide-react'
import { useState } from 'react'

import { mutations } from '../data/mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { MigrateSelectedButton } from '../migration/evacuate-button.tsx'
import { FreeMemoryButton } from '../reclaim/free-memory-button.tsx'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { toast } from '../ui/toaster.tsx'
import { actionIcons } from './action-icons.tsx'
import { type BulkAction, bulkActions, forEach, suited } from './bulk-actions.ts'
import type { SelectedDomain, Selection } from './selection.ts'
import { useSelected } from './use-selection.ts'

/** Names that a question lists before it only counts. */
const mostNames = 12

/**
 * What can be done with all selected domains at once; loaded with the first selection. Further bulk
 * actions are buttons beside the menu.
 */
export function SelectionBar({ selection }: { selection: Selection }) {
  const t = useT('selection')
  const tDomain = useT('domain')
  const may = useMay('operator')
  const selected = useSelected(selection)
  const [asked, setAsked] = useState<BulkAction>('shutdown')
  const [open, setOpen] = useState(false)
  if (selected.length === 0) return null
  const items = bulkActions.map((action): MenuEntry => {
    const count = suited(action, selected).length
    return {
      key: action,
      label: t('menuEntry', { action: tDomain(`action.${action}.label`), count }),
      icon: actionIcons[action],
      blocked: may.reason ?? (count === 0 ? t('noneSuited') : undefined),
      onSelect: () => {
        setAsked(action)
        setOpen(true)
      },
    }
  })
  return (
    <div
      role="region"
      aria-label={t('label')}
      className="bg-raised border-accent-line sticky bottom-3 z-20 mx-auto mt-3 flex w-fit max-w-full flex-wrap items-center gap-2 rounded border px-3 py-2 shadow-lg"
    >
      <p role="status" className="tabular mr-1 text-sm font-medium">
        {t('count', { count: selected.length })}
      </p>
      <FreeMemoryButton scope={{ domains: selected }} onRun={() => selection.clear()} />
      <Menu
        label={t('actions')}
        align="start"
        items={items}
        trigger={<Button icon={<ListChecks />}>{t('actions')}</Button>}
      />
      <MigrateSelectedButton domains={selected} />
      <Button variant="ghost" icon={<X />} onClick={() => selection.clear()}>
        {t('clear')}
      </Button>
      <AskFirst
        action={asked}
        domains={suited(asked, selected)}
        left={selected.length - suited(asked, selected).length}
        open={open}
        onOpenChange={setOpen}
      />
    </div>
  )
}

function AskFirst({
  action,
  domains,
  left,
  open,
  onOpenChange,
}: {
  action: BulkAction
  domains: readonly SelectedDomain[]
  left: number
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useT('selection')
  const tDomain = useT('domain')
  const label = tDomain(`action.${action}.label`)
  async function run() {
    const { done, failed } = await forEach(domains, (domain) =>
      mutations.actOnDomain(domain, action),
    )
    if (done.length > 0) {
      toast.success({ title: t('done', { action: label, count: done.length }) })
    }
    const [first] = failed
    if (!first) return
    if (failed.length === 1) return toast.problem(problemOf(first.error))
    toast.error({
      title: t('failed', { action: label, count: failed.length }),
      description: t('firstFailure', {
        name: first.domain.name,
        reason: problemOf(first.error).detail ?? '',
      }),
    })
  }
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('question', { action: label, count: domains.length })}
      confirmLabel={label}
      onConfirm={run}
    >
      <ul className="text-muted max-h-48 overflow-y-auto text-sm">
        {domains.slice(0, mostNames).map((domain) => (
          <li key={domain.key} className="truncate">
            <bdi>{domain.name}</bdi>{' '}
            <span className="text-faint">
              <bdi>{domain.hostName}</bdi>
            </span>
          </li>
        ))}
        {domains.length > mostNames && (
          <li>{t('more', { count: domains.length - mostNames })}</li>
        )}
      </ul>
      {left > 0 && <p className="text-faint text-xs">{t('left', { count: left })}</p>}
    </ConfirmDialog>
  )
}
