'use client'

import { clsx } from 'clsx'
import { memo, type ReactNode } from 'react'

import type { HostSummary } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { HostMemoryBar } from './host-memory-bar.tsx'
import { HostStateBadge } from './host-state-badge.tsx'
import { NextTry } from './next-try.tsx'
import { overcommitOf } from './overcommit.ts'

/**
 * One host at a glance: how it is, what to do if it is not well, how full it is. Drawn again only when
 * its host changed: with many hosts some of them always do.
 */
export const HostCard = memo(function HostCard({ host }: { host: HostSummary }) {
  const t = useT('host')
  const f = useFormat()
  return (
    <article
      aria-label={host.name}
      className="bg-surface flex min-w-0 flex-col gap-2.5 rounded border p-3.5"
    >
      <header className="flex items-center gap-3">
        <h2 className="min-w-0 truncate text-base font-medium">
          <TextLink quiet href={paths.host(host)}>
            <bdi>{host.name}</bdi>
          </TextLink>
        </h2>
        <span className="ml-auto">
          <HostStateBadge state={host.state} />
        </span>
      </header>
      {host.failure && host.state !== 'online' ? (
        <HostTrouble host={host} />
      ) : (
        <HostFigures host={host} />
      )}
      <footer className="text-muted tabular mt-auto flex flex-wrap gap-x-4 gap-y-1 text-xs">
        <span>
          {host.sampledMs === null
            ? t('domainsUnknown')
            : t('domainsRunning', host.domains)}
        </span>
        <span className={clsx(host.stale && 'text-faint')}>
          {t('cpu', { value: host.cpuPercent === null ? '—' : f.percent(host.cpuPercent) })}
        </span>
        {host.stale && host.sampledMs !== null && (
          <span className="text-warn ml-auto">
            {t('asOf')} <RelativeTime atMs={host.sampledMs} />
          </span>
        )}
      </footer>
    </article>
  )
})

function HostFigures({ host }: { host: HostSummary }) {
  const t = useT('host')
  const f = useFormat()
  const over = overcommitOf(host)
  return (
    <>
      <div className={clsx('flex items-baseline gap-2', host.stale && 'opacity-50')}>
        <span className="tabular font-mono text-sm">
          {t('usedOfTotal', {
            used: f.kib(host.memory?.usedKiB),
            total: f.kib(host.memory?.totalKiB),
          })}
        </span>
        {over && (
          <span
            className={clsx(
              'tabular ml-auto font-mono text-xs',
              over.missingKiB > 0 ? 'text-danger' : 'text-muted',
            )}
          >
            {t('overcommitShort', { percent: f.percent(over.ratio * 100) })}
          </span>
        )}
      </div>
      <HostMemoryBar host={host} />
      <div className={clsx('tabular flex gap-4 text-xs', host.stale && 'opacity-50')}>
        <Key color="bg-mem-balloon">
          {t('balloons', { value: f.kib(host.committed.balloonKiB) })}
        </Key>
        <Key color="bg-mem-maximum">
          {t('maxima', { value: f.kib(host.committed.maximumKiB) })}
        </Key>
      </div>
    </>
  )
}

function Key({ color, children }: { color: string; children: ReactNode }) {
  return (
    <span className="text-muted flex min-w-0 items-center gap-1.5 truncate">
      <span aria-hidden className={clsx('h-3 w-0.5 shrink-0 rounded-full', color)} />
      {children}
    </span>
  )
}

function HostTrouble({ host }: { host: HostSummary }) {
  const t = useT('host')
  const tFailure = useT('hostFailure')
  if (!host.failure) return null
  return (
    <div className="space-y-1 text-xs">
      <p className="text-danger font-medium">{tFailure(`${host.failure.kind}.title`)}</p>
      <p className="text-muted line-clamp-3">{tFailure(`${host.failure.kind}.remedy`)}</p>
      <p className="text-faint flex flex-wrap gap-x-3">
        {host.nextTryMs !== null && <NextTry atMs={host.nextTryMs} />}
        <TextLink href={paths.host(host)}>{t('howToFix')}</TextLink>
      </p>
    </div>
  )
}
