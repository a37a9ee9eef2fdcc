'use client'

import { SearchX } from 'lucide-react'

import type { HostDetail } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { DomainTable, useFleetWindow } from '../domains/domain-table.tsx'
import { DomainToolbar } from '../domains/domain-toolbar.tsx'
import { useTableQuery } from '../domains/table-query.ts'
import { useTimeRange } from '../history/use-time-range.ts'
import { useT } from '../i18n/use-t.ts'
import { EvacuateButton } from '../migration/evacuate-button.tsx'
import { FreeMemoryButton } from '../reclaim/free-memory-button.tsx'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { useNowMs } from '../ui/relative-time.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { HostFacts, HostNetworks, HostPools } from './host-facts.tsx'
import { HostFailureNotice, ReconnectButton } from './host-failure.tsx'
import { HostTabs } from './host-frame.tsx'
import { HostMemory } from './host-memory.tsx'
import { HostStateBadge } from './host-state-badge.tsx'
import { overcommitOf } from './overcommit.ts'
import { StaleNotice } from './stale-notice.tsx'

/** One host: how it is and how to mend it, its memory, its domains, what it is. */
export function HostPage({ host: slug }: { host: string }) {
  const t = useT('host')
  const range = useTimeRange()
  const live = useLiveTopic(
    { name: 'host', host: slug, windowSeconds: range.windowSeconds },
    { keepPrevious: true },
  )
  if (!live.data)
    return (
      <Page>
        <PageHeader title={slug} eyebrow={t('eyebrow')} />
        {live.problem ? <ErrorState problem={live.problem} /> : <SkeletonRows rows={6} />}
      </Page>
    )
  const { host, series } = live.data
  const old = live.status !== 'live' || host.stale
  return (
    <Page>
      <PageHeader
        title={<bdi>{host.name}</bdi>}
        eyebrow={t('eyebrow')}
        meta={
          <>
            <HostStateBadge state={host.state} />
            <Since atMs={host.sinceMs} />
          </>
        }
        actions={
          <>
            <TextLink href={paths.hostPolicy(host)} className="px-2 text-sm">
              {t('memoryPolicy')}
            </TextLink>
            <FreeMemoryButton
              scope={{ host: host.host, name: host.name }}
              blocked={host.state === 'online' ? undefined : t('notOnline')}
            />
            {host.state === 'online' && <EvacuateButton host={host} />}
            {host.state === 'online' && (
              <ReconnectButton host={host} label={t('refresh')} />
            )}
          </>
        }
      />
      {live.status === 'gone' && (
        <Notice
          tone="danger"
          title={t('gone.title')}
          className="mb-4"
          action={<TextLink href={paths.fleet()}>{t('gone.toFleet')}</TextLink>}
        />
      )}
      <HostFailureNotice host={host} />
      <StaleNotice
        // What is wrong with a host that never answered stands in the notice above.
        stale={host.stale && (host.sampledMs !== null || host.failure === null)}
        sampledMs={host.sampledMs}
        status={live.status}
        heardMs={live.heardMs}
      />
      <div className="mb-4">
        <HostTabs host={slug} />
      </div>
      <HostStats host={host} stale={old} />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <HostMemory host={host} series={series} stale={old} range={range} />
        <HostFacts host={host} />
      </div>
      <HostDomains host={slug} total={host.domains.total} />
      <div className="mt-6 grid gap-4 md:grid-cols-2">
        <HostNetworks host={host} />
        <HostPools host={host} />
      </div>
    </Page>
  )
}

function Since({ atMs }: { atMs: number }) {
  const t = useT('host')
  const f = useFormat()
  return (
    <span suppressHydrationWarning title={f.dateTime(atMs)}>
      {t('since', { age: f.age((useNowMs() - atMs) / 1000) })}
    </span>
  )
}

function HostStats({ host, stale }: { host: HostDetail; stale: boolean }) {
  const t = useT('host')
  const f = useFormat()
  const over = overcommitOf(host)
  const used = f.splitKiB(host.memory?.usedKiB)
  // Sums over nothing are not 0: nobody has looked yet.
  const known = host.sampledMs !== null
  const rss = f.splitKiB(known ? host.committed.rssKiB : null)
  const sum = (kib: number) => f.kib(known ? kib : null)
  return (
    <StatRow className="mb-4">
      <Stat
        label={t('memory.used')}
        value={used.value}
        unit={used.unit}
        hint={t('stats.ofRam', { total: f.kib(host.memory?.totalKiB) })}
        stale={stale}
      />
      <Stat
        label={t('stats.overcommit')}
        value={over ? f.percent(over.ratio * 100) : '—'}
        tone={over && over.missingKiB > 0 ? 'danger' : undefined}
        hint={t('maxima', { value: sum(host.committed.maximumKiB) })}
        stale={stale}
      />
      <Stat
        label={t('stats.rss')}
        value={rss.value}
        unit={rss.unit}
        hint={t('balloons', { value: sum(host.committed.balloonKiB) })}
        stale={stale}
      />
      <Stat
        label={t('stats.cpu')}
        value={host.cpuPercent === null ? '—' : f.percent(host.cpuPercent)}
        stale={stale}
      />
      <Stat
        label={t('stats.running')}
        value={known ? f.count(host.domains.running) : '—'}
        hint={t('stats.ofTotal', { total: known ? f.count(host.domains.total) : '—' })}
        stale={stale}
      />
    </StatRow>
  )
}

function HostDomains({ host, total }: { host: string; total: number }) {
  const t = useT('host')
  const tFleet = useT('fleet')
  const table = useTableQuery(host)
  const fleet = useFleetWindow(table.query)
  return (
    <section className="mt-6" aria-label={t('domains')}>
      <h2 className="mb-2 text-base font-medium">{t('domains')}</h2>
      <DomainToolbar
        table={table}
        // The table counts the whole fleet; here only this host's domains are of interest.
        count={fleet.page && { total, matched: fleet.page.matched }}
      />
      <DomainTable
        window={fleet}
        table={table}
        showHost={false}
        height="max(20rem, calc(100dvh - 16rem))"
        empty={
          table.filtered ? (
            <EmptyState
              icon={<SearchX />}
              title={tFleet('noMatch.title')}
              action={<Button onClick={table.clear}>{tFleet('filter.clear')}</Button>}
            >
              {tFleet('noMatch.detail')}
            </EmptyState>
          ) : (
            <EmptyState title={tFleet('noDomains.title')}>
              {tFleet('noDomains.detail')}
            </EmptyState>
          )
        }
      />
    </section>
  )
}
