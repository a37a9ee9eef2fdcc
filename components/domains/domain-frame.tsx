'use client'

import { Copy } from 'lucide-react'
import type { ReactNode } from 'react'

import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { MigrateButton } from '../migration/migrate-button.tsx'
import { useMay } from '../shell/me.tsx'
import { Page } from '../shell/page.tsx'
import { LinkButton } from '../ui/link-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { RouteTabs } from '../ui/route-tabs.tsx'
import { ErrorState, Skeleton } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { DomainActionButtons } from './domain-action-buttons.tsx'
import { DomainStateBadge } from './domain-state-badge.tsx'

/** Head and tabs of every page of one domain. */
export function DomainFrame({
  host,
  uuid,
  children,
}: {
  host: string
  uuid: string
  children: ReactNode
}) {
  const t = useT('domain')
  const { data, status, problem } = useLiveTopic({ name: 'domain', host, uuid })
  const domain = data?.domain
  if (!domain)
    return <Page>{problem ? <ErrorState problem={problem} /> : <FrameSkeleton />}</Page>
  return (
    <Page>
      <PageHeader
        title={<bdi>{domain.name}</bdi>}
        eyebrow={
          <>
            {t('eyebrow')}{' '}
            <TextLink href={paths.host({ host })}>
              <bdi>{domain.hostName}</bdi>
            </TextLink>
          </>
        }
        meta={<DomainStateBadge state={domain.state} stale={domain.stale} />}
        actions={
          <>
            <MigrateButton domain={domain} />
            <AnotherLikeThis host={host} uuid={uuid} />
            <DomainActionButtons domain={domain} />
          </>
        }
      >
        {domain.title && <bdi>{domain.title}</bdi>}
      </PageHeader>
      {status === 'gone' && (
        <Notice
          tone="danger"
          role="status"
          title={t('gone.title')}
          className="mb-4"
          action={<TextLink href={paths.host({ host })}>{t('gone.toHost')}</TextLink>}
        >
          {t('gone.detail')}
        </Notice>
      )}
      <RouteTabs
        label={t('tabs.label')}
        tabs={[
          { href: paths.domain({ host, uuid }), label: t('tabs.overview'), exact: true },
          { href: paths.domainMemory({ host, uuid }), label: t('tabs.memory') },
          { href: paths.domainMonitor({ host, uuid }), label: t('tabs.monitor') },
          { href: paths.domainDirtyRate({ host, uuid }), label: t('tabs.dirtyRate') },
          { href: paths.domainMigration({ host, uuid }), label: t('tabs.migration') },
          { href: paths.domainNuma({ host, uuid }), label: t('tabs.numa') },
          { href: paths.domainXml({ host, uuid }), label: t('tabs.xml') },
        ]}
      />
      <div className="mt-5">{children}</div>
    </Page>
  )
}

function AnotherLikeThis(domain: { host: string; uuid: string }) {
  const t = useT('create')
  const may = useMay('operator')
  if (!may.allowed) return null
  return (
    <LinkButton
      size="sm"
      href={paths.createLike(domain)}
      icon={<Copy aria-hidden className="size-3.5" />}
    >
      {t('like')}
    </LinkButton>
  )
}

function FrameSkeleton() {
  return (
    <div className="space-y-5">
      <Skeleton className="h-6 w-48" />
      <Skeleton className="h-4 w-72" />
      <Skeleton className="h-64" />
    </div>
  )
}
