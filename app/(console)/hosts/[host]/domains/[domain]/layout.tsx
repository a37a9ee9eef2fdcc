import type { Metadata } from 'next'
import type { ReactNode } from 'react'

import { paths } from '../../../../../../components/data/paths.ts'
import { DomainFrame } from '../../../../../../components/domains/domain-frame.tsx'
import { UnreadHost } from '../../../../../../components/domains/unread-host.tsx'
import { getRuntime } from '../../../../../../server/runtime.ts'
import { currentMe, requireMe } from '../../../../../_lib/session.ts'
import { FirstTopics, orUnread } from '../../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string; domain: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { host, domain: uuid } = await params
  if (!(await currentMe())) return {}
  const domain = orUnread(() => getRuntime().fleet.getDomain(host, uuid))
  return { title: domain?.name ?? host }
}

export default async function DomainLayout({ params, children }: Props) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domain({ host, uuid }))
  const domain = orUnread(() => getRuntime().fleet.getDomain(host, uuid))
  if (!domain) return <UnreadHost host={host} />
  return (
    <FirstTopics topics={[{ topic: { name: 'domain', host, uuid }, data: { domain } }]}>
      <DomainFrame host={host} uuid={uuid}>
        {children}
      </DomainFrame>
    </FirstTopics>
  )
}
