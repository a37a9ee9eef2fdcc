import type { Metadata } from 'next'

import { paths } from '../../components/data/paths.ts'
import { FleetPage } from '../../components/fleet/fleet-page.tsx'
import { getT } from '../../components/i18n/server.ts'
import { getRuntime } from '../../server/runtime.ts'
import { requireMe } from '../_lib/session.ts'
import { FirstTopics } from './hosts/_lib/first-topic.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT('fleet')
  return { title: t('title') }
}

export default async function Fleet() {
  await requireMe(paths.fleet())
  const hosts = getRuntime().fleet.listHosts()
  return (
    <FirstTopics topics={[{ topic: { name: 'hosts' }, data: { hosts } }]}>
      <FleetPage />
    </FirstTopics>
  )
}
