'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

import { useLiveTopic } from '../data/use-live.ts'
import { HostFailureNotice } from '../hosts/host-failure.tsx'
import { HostStateBadge } from '../hosts/host-state-badge.tsx'
import { useT } from '../i18n/use-t.ts'
import { Page } from '../shell/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'

/** In place of a domain's page while its host has not answered yet; the page comes as soon as it has. */
export function UnreadHost({ host: slug }: { host: string }) {
  const t = useT('host')
  const router = useRouter()
  const { data, problem } = useLiveTopic({ name: 'host', host: slug, windowSeconds: 10 })
  const host = data?.host
  const answered = host !== undefined && host.sampledMs !== null
  useEffect(() => {
    if (answered) router.refresh()
  }, [answered, router])
  return (
    <Page>
      <PageHeader
        title={<bdi>{host?.name ?? slug}</bdi>}
        eyebrow={t('eyebrow')}
        meta={host && <HostStateBadge state={host.state} />}
      >
        {t('domainsUnknown')}
      </PageHeader>
      {host && <HostFailureNotice host={host} />}
      {problem ? <ErrorState problem={problem} /> : <SkeletonRows rows={6} />}
    </Page>
  )
}
