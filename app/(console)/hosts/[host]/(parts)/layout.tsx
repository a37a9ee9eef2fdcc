import type { Metadata } from 'next'
import type { ReactNode } from 'react'

import { paths } from '../../../../../components/data/paths.ts'
import { hostFrameTopic } from '../../../../../components/hosts/host-frame-topic.ts'
import { HostFrame } from '../../../../../components/hosts/host-frame.tsx'
import { emptyHostSeries } from '../../../../../server/contract/host.ts'
import { getRuntime } from '../../../../../server/runtime.ts'
import { requireMe } from '../../../../_lib/session.ts'
import { FirstTopics, orNotFound } from '../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).host }
}

/** The pages of a host beside its overview, which has a head of its own. */
export default async function HostPartsLayout({ params, children }: Props) {
  const { host } = await params
  await requireMe(paths.host({ host }))
  const data = {
    host: orNotFound(() => getRuntime().fleet.getHost(host)),
    series: emptyHostSeries,
  }
  return (
    <FirstTopics topics={[{ topic: hostFrameTopic(host), data }]}>
      <HostFrame host={host}>{children}</HostFrame>
    </FirstTopics>
  )
}
