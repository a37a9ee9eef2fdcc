import type { Metadata } from 'next'
import type { ReactNode } from 'react'

import { paths } from '../../../../../../components/data/paths.ts'
import { DomainFrame } from '../../../../../../components/domains/domain-frame.tsx'
import { getRuntime } from '../../../../../../server/runtime.ts'
import { currentMe, requireMe } from '../../../../../_lib/session.ts'
import { FirstTopics, orNotFound } from '../../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string; domain: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { host, domain: uuid } = await params
  if (!(await currentMe())) return {}
  const { name } = orNotFound(() => getRuntime().fleet.getDomain(host, uuid))
  return { title: name }
}

export default async function DomainLayout({ params, children }: Props) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domain({ host, uuid }))
  const domain = orNotFound(() => getRuntime().fleet.getDomain(host, uuid))
  return (
    <FirstTopics topics={[{ topic: { name: 'domain', host, uuid }, data: { domain } }]}>
      <DomainFrame host={host} uuid={uuid}>
        {children}
      </DomainFrame>
    </FirstTopics>
  )
}
