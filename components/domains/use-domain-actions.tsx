'use client'

import { type ReactNode, useCallback, useState } from 'react'

import type { DomainAction } from '../../server/contract/domain.ts'
import { virshLine } from '../../server/contract/virsh-line.ts'
import { mutations } from '../data/mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { toast } from '../ui/toaster.tsx'
import type { ActionEntry } from './domain-actions.ts'
import { useHostSummary } from './use-hosts.ts'

export interface ActionSubject {
  host: string
  hostName: string
  uuid: string
  name: string
}

interface Asked {
  domain: ActionSubject
  entry: ActionEntry
}

/**
 * Runs lifecycle actions: asks first where data may be lost, says what was done and by which
 * command, and shows why it was refused. `dialog` has to be rendered once beside the buttons.
 */
export function useDomainActions(): {
  run: (domain: ActionSubject, entry: ActionEntry) => void
  dialog: ReactNode
} {
  const t = useT('domain')
  const [asked, setAsked] = useState<Asked | null>(null)
  const [open, setOpen] = useState(false)
  const act = useCallback(
    async (domain: ActionSubject, action: DomainAction) => {
      const { command } = await mutations.actOnDomain(domain, action)
      toast.success({
        title: t(`action.${action}.done`, { name: domain.name }),
        command: command ?? undefined,
      })
    },
    [t],
  )
  const run = useCallback(
    (domain: ActionSubject, entry: ActionEntry) => {
      if (entry.blocked) return
      if (entry.question !== 'none') {
        setAsked({ domain, entry })
        setOpen(true)
        return
      }
      act(domain, entry.action).catch((error: unknown) => toast.problem(problemOf(error)))
    },
    [act],
  )
  return {
    run,
    dialog: asked && (
      <AskFirst
        asked={asked}
        open={open}
        onOpenChange={setOpen}
        onConfirm={() => act(asked.domain, asked.entry.action)}
      />
    ),
  }
}

function AskFirst({
  asked: { domain, entry },
  open,
  onOpenChange,
  onConfirm,
}: {
  asked: Asked
  open: boolean
  onOpenChange: (open: boolean) => void
  onConfirm: () => Promise<void>
}) {
  const t = useT('domain')
  const host = useHostSummary(domain.host)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t(`action.${entry.action}.question`, { name: domain.name })}
      confirmLabel={t(`action.${entry.action}.label`)}
      danger={entry.question === 'danger'}
      command={host ? virshLine(host.uri, entry.action, domain) : undefined}
      onConfirm={onConfirm}
    >
      <p>
        {t(`action.${entry.action}.consequence`, {
          name: domain.name,
          host: domain.hostName,
        })}
      </p>
    </ConfirmDialog>
  )
}
