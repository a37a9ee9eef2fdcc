'use client'

import type { ReactNode } from 'react'

import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { Page } from '../shell/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { RouteTabs } from '../ui/route-tabs.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { HostFailureNotice } from './host-failure.tsx'
import { hostFrameTopic } from './host-frame-topic.ts'
import { HostStateBadge } from './host-state-badge.tsx'

/** The pages of one host. */
export function HostTabs({ host }: { host: string }) {
  const t = useT('host')
  return (
    <RouteTabs
      label={t('tabs.label')}
      tabs={[
        { href: paths.host({ host }), label: t('tabs.overview'), exact: true },
        { href: paths.hostMemory({ host }), label: t('tabs.memory') },
        { href: paths.hostNuma({ host }), label: t('tabs.numa') },
      ]}
    />
  )
}

/** Head and tabs of the pages of one host beside its overview. */
export function HostFrame({ host: slug, children }: { host: string; children: ReactNode }) {
  const t = useT('host')
  const { data, problem } = useLiveTopic(hostFrameTopic(slug), { keepPrevious: true })
  if (!data) {
    return (
      <Page>
        <PageHeader title={slug} eyebrow={t('eyebrow')} />
        {problem ? <ErrorState problem={problem} /> : <SkeletonRows rows={6} />}
      </Page>
    )
  }
  const { host } = data
  return (
    <Page>
      <PageHeader
        title={<bdi>{host.name}</bdi>}
        eyebrow={t('eyebrow')}
        meta={<HostStateBadge state={host.state} />}
      />
      <HostFailureNotice host={host} />
      <HostTabs host={slug} />
      <div className="mt-5 space-y-4">{children}</div>
    </Page>
  )
}
