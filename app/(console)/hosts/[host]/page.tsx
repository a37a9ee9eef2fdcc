import type { Metadata } from 'next'

import { paths } from '../../../../components/data/paths.ts'
import { HostPage } from '../../../../components/hosts/host-page.tsx'
import { getRuntime } from '../../../../server/runtime.ts'
import { requireMe } from '../../../_lib/session.ts'
import { orNotFound } from '../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).host }
}

export default async function Host({ params }: Props) {
  const { host } = await params
  await requireMe(paths.host({ host }))
  orNotFound(() => getRuntime().fleet.getHost(host))
  return <HostPage host={host} />
}
