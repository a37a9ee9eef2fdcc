'use client'

import { Plus, Server } from 'lucide-react'
import { useState } from 'react'

import type { HostSummary } from '../../server/contract/host.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { HostDialog } from './host-dialog.tsx'
import { hostChanges } from './hosts-api.ts'
import { HostsList } from './hosts-list.tsx'

export function HostsView({ first }: { first?: HostSummary[] }) {
  const t = useT('settings')
  const admin = useMay('admin')
  const live = useLiveTopic({ name: 'hosts' })
  const hosts = live.data?.hosts ?? first
  const [dialog, setDialog] = useState<'closed' | 'add' | HostSummary>('closed')
  const [removing, setRemoving] = useState<HostSummary | null>(null)
  const edited = typeof dialog === 'object' ? dialog : null
  const addButton = (
    <Button
      variant="primary"
      icon={<Plus />}
      blocked={admin.reason}
      onClick={() => setDialog('add')}
    >
      {t('hosts.add')}
    </Button>
  )
  return (
    <Page>
      <PageHeader title={t('hosts.title')} actions={addButton}>
        {t('hosts.lead')}
      </PageHeader>
      {live.problem && !hosts ? (
        <ErrorState problem={live.problem} />
      ) : !hosts ? (
        <SkeletonRows rows={3} />
      ) : hosts.length === 0 ? (
        <div className="bg-surface rounded border">
          <EmptyState icon={<Server />} title={t('hosts.empty')} action={addButton}>
            <p>{t('hosts.emptyDetail')}</p>
            <CommandLine
              command="virsh -c qemu+ssh://root@host/system list"
              className="mt-4 text-left"
            />
          </EmptyState>
        </div>
      ) : (
        <HostsList hosts={hosts} onEdit={setDialog} onRemove={setRemoving} />
      )}
      <HostDialog
        key={edited?.host ?? dialog.toString()}
        open={dialog !== 'closed'}
        onClose={() => setDialog('closed')}
        host={edited}
      />
      <ConfirmDialog
        open={removing !== null}
        onOpenChange={(open) => {
          if (!open) setRemoving(null)
        }}
        title={t('hosts.removeTitle', { name: removing?.name ?? '' })}
        confirmLabel={t('hosts.remove')}
        danger
        onConfirm={async () => {
          if (!removing) return
          await hostChanges.remove(removing.host)
          toast.success({ title: t('hosts.removed', { name: removing.name }) })
        }}
      >
        <p>{t('hosts.removeDetail')}</p>
        <p className="text-muted font-mono text-xs break-all">{removing?.uri}</p>
      </ConfirmDialog>
    </Page>
  )
}
