'use client'

import { Plus, SearchX, Server } from 'lucide-react'
import { memo, useMemo } from 'react'

import type { HostSummary } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { DomainTable, useFleetWindow } from '../domains/domain-table.tsx'
import { DomainToolbar, type HostName } from '../domains/domain-toolbar.tsx'
import { useTableQuery } from '../domains/table-query.ts'
import { HostCard } from '../hosts/host-card.tsx'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { LinkButton } from '../ui/link-button.tsx'
import { MemoryLegend } from '../ui/memory-bar.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { EmptyState, ErrorState, Skeleton, SkeletonRows } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { fleetTotals } from './fleet-totals.ts'

/** All hosts as cards, and all domains of all hosts in one table. */
export function FleetPage() {
  const t = useT('fleet')
  const { data, problem } = useLiveTopic({ name: 'hosts' })
  const hosts = data?.hosts
  const names = useHostNames(hosts)
  return (
    <Page>
      <PageHeader
        title={t('title')}
        meta={hosts?.length ? <Totals hosts={hosts} /> : null}
        actions={hosts?.length ? <NewDomain /> : null}
      />
      {hosts ? (
        hosts.length === 0 ? (
          <NoHosts />
        ) : (
          <>
            <HostCards hosts={hosts} />
            <FleetDomains hosts={names} />
          </>
        )
      ) : problem ? (
        <ErrorState problem={problem} />
      ) : (
        <FleetSkeleton />
      )}
    </Page>
  )
}

function NewDomain() {
  const t = useT('create')
  const may = useMay('operator')
  if (!may.allowed) return null
  return (
    <LinkButton
      variant="primary"
      href={paths.create()}
      icon={<Plus aria-hidden className="size-3.5" />}
    >
      {t('newDomain')}
    </LinkButton>
  )
}

function Totals({ hosts }: { hosts: readonly HostSummary[] }) {
  const t = useT('fleet')
  const f = useFormat()
  const totals = fleetTotals(hosts)
  return (
    <>
      <span className={totals.online < totals.hosts ? 'text-warn' : undefined}>
        {t('totals.hosts', { online: totals.online, total: totals.hosts })}
      </span>
      <span>{t('totals.domains', { running: totals.running, total: totals.domains })}</span>
      <span className="tabular">
        {t('totals.memory', { used: f.kib(totals.usedKiB), total: f.kib(totals.totalKiB) })}
      </span>
    </>
  )
}

function HostCards({ hosts }: { hosts: readonly HostSummary[] }) {
  const t = useT('fleet')
  return (
    <section
      aria-label={t('hosts')}
      className="mb-6 grid max-h-[60dvh] gap-3 overflow-y-auto [grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr))]"
    >
      {hosts.map((host) => (
        <HostCard key={host.host} host={host} />
      ))}
    </section>
  )
}

/** The same array until a host comes, goes or is renamed: their figures change all the time. */
function useHostNames(hosts: readonly HostSummary[] = []): readonly HostName[] {
  const key = JSON.stringify(hosts.map(({ host, name }) => [host, name]))
  // The key stands for the names.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => hosts.map(({ host, name }) => ({ host, name })), [key])
}

/** Apart from the hosts' figures: the table is not drawn again when those change. */
const FleetDomains = memo(function FleetDomains({ hosts }: { hosts: readonly HostName[] }) {
  const t = useT('fleet')
  const table = useTableQuery()
  const fleet = useFleetWindow(table.query)
  return (
    <section aria-label={t('domains')}>
      <DomainToolbar table={table} hosts={hosts} count={fleet.page} />
      <DomainTable
        window={fleet}
        table={table}
        showHost
        height="max(24rem, calc(100dvh - 12rem))"
        empty={
          table.filtered ? (
            <EmptyState
              icon={<SearchX />}
              title={t('noMatch.title')}
              action={<Button onClick={table.clear}>{t('filter.clear')}</Button>}
            >
              {t('noMatch.detail')}
            </EmptyState>
          ) : (
            <EmptyState title={t('noDomains.title')}>{t('noDomains.detail')}</EmptyState>
          )
        }
      />
      <div className="mt-2">
        <BarLegend />
      </div>
    </section>
  )
})

function BarLegend() {
  const t = useT('fleet')
  return (
    <MemoryLegend
      items={[
        { color: 'var(--color-mem-used)', label: t('legend.used') },
        { color: 'var(--color-mem-cache)', label: t('legend.cache') },
        { color: 'var(--color-mem-free)', label: t('legend.free') },
        { color: 'hatched', label: t('legend.beyond') },
        { color: 'var(--color-mem-rss)', label: t('legend.rss') },
      ]}
    />
  )
}

function NoHosts() {
  const t = useT('fleet')
  const may = useMay('admin')
  return (
    <div className="bg-surface rounded border">
      <EmptyState
        icon={<Server />}
        title={t('empty.title')}
        action={
          may.allowed ? (
            <TextLink
              href={paths.settingsHosts()}
              className="border-accent-line bg-accent-soft inline-flex h-8 items-center gap-2 rounded border px-3 text-sm font-medium"
            >
              <Plus aria-hidden className="size-3.5" />
              {t('empty.action')}
            </TextLink>
          ) : (
            <p className="text-muted text-sm">{t('empty.askAdmin')}</p>
          )
        }
      >
        {t('empty.detail')}
      </EmptyState>
    </div>
  )
}

function FleetSkeleton() {
  return (
    <>
      <div className="mb-6 grid gap-3 sm:grid-cols-3">
        {[0, 1, 2].map((card) => (
          <div key={card} className="bg-surface space-y-4 rounded border p-4">
            <Skeleton className="w-24" />
            <Skeleton className="w-40" />
            <Skeleton />
          </div>
        ))}
      </div>
      <SkeletonRows rows={8} columns={6} />
    </>
  )
}
