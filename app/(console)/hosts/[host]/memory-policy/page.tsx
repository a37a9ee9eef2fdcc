import type { Metadata } from 'next'

import { paths } from '../../../../../components/data/paths.ts'
import { PolicyPage } from '../../../../../components/policy/policy-page.tsx'
import { getRuntime } from '../../../../../server/runtime.ts'
import { requireMe } from '../../../../_lib/session.ts'
import { FirstTopics, orNotFound } from '../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).host }
}

export default async function MemoryPolicy({ params }: Props) {
  const { host } = await params
  await requireMe(paths.hostPolicy({ host }))
  const policy = orNotFound(() => getRuntime().policies.get(host))
  return (
    <FirstTopics topics={[{ topic: { name: 'memory-policy', host }, data: { policy } }]}>
      <PolicyPage host={host} />
    </FirstTopics>
  )
}
