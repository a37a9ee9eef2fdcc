'use client'

import { Pencil, RotateCw, Trash2 } from 'lucide-react'

import type { HostSummary } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { FailureNotice } from '../hosts/host-failure.tsx'
import { HostStateBadge } from '../hosts/host-state-badge.tsx'
import { NextTry } from '../hosts/next-try.tsx'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Menu } from '../ui/menu.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { toast } from '../ui/toaster.tsx'
import { hostChanges } from './hosts-api.ts'

export function HostsList({
  hosts,
  onEdit,
  onRemove,
}: {
  hosts: readonly HostSummary[]
  onEdit: (host: HostSummary) => void
  onRemove: (host: HostSummary) => void
}) {
  const t = useT('settings')
  return (
    <ul
      aria-label={t('hosts.title')}
      className="bg-surface divide-line divide-y rounded border"
    >
      {hosts.map((host) => (
        <HostRow
          key={host.host}
          host={host}
          onEdit={() => onEdit(host)}
          onRemove={() => onRemove(host)}
        />
      ))}
    </ul>
  )
}

function HostRow({
  host,
  onEdit,
  onRemove,
}: {
  host: HostSummary
  onEdit: () => void
  onRemove: () => void
}) {
  const t = useT('settings')
  const common = useT('common')
  const f = useFormat()
  const admin = useMay('admin')
  const operator = useMay('operator')

  async function reconnect() {
    try {
      await hostChanges.reconnect(host.host)
      toast.info({ title: t('hosts.reconnecting', { name: host.name }) })
    } catch (error) {
      toast.problem(problemOf(error))
    }
  }

  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1.5 sm:flex-nowrap">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <TextLink quiet href={paths.host(host)} className="font-medium">
              {host.name}
            </TextLink>
            {host.name !== host.host && (
              <span className="text-faint font-mono text-xs">{host.host}</span>
            )}
          </p>
          <p className="text-muted truncate font-mono text-xs" title={host.uri}>
            {host.uri}
          </p>
        </div>
        <p className="text-muted order-last w-full text-xs sm:order-none sm:w-40 sm:text-right">
          {t('hosts.domains', {
            running: f.count(host.domains.running),
            total: f.count(host.domains.total),
          })}
        </p>
        <div className="w-auto shrink-0 text-xs sm:w-40">
          <HostStateBadge state={host.state} />
          <p className="text-faint">
            <RelativeTime atMs={host.sinceMs} />
          </p>
        </div>
        <Menu
          label={common('actionsFor', { name: host.name })}
          items={[
            {
              key: 'edit',
              label: common('edit'),
              icon: <Pencil />,
              blocked: admin.reason,
              onSelect: onEdit,
            },
            {
              key: 'reconnect',
              label: t('hosts.reconnect'),
              icon: <RotateCw />,
              blocked: operator.reason,
              onSelect: () => void reconnect(),
            },
            { key: 'line', separator: true },
            {
              key: 'remove',
              label: t('hosts.remove'),
              icon: <Trash2 />,
              danger: true,
              blocked: admin.reason,
              onSelect: onRemove,
            },
          ]}
        />
      </div>
      {host.failure && host.state !== 'online' && (
        <div className="mt-3">
          <FailureNotice failure={host.failure} uri={host.uri} />
          {host.nextTryMs !== null && (
            <p className="text-muted mt-1.5 text-xs">
              <NextTry atMs={host.nextTryMs} />
            </p>
          )}
        </div>
      )}
    </li>
  )
}
