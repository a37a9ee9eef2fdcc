import type { Metadata } from 'next'

import { CreatePage } from '../../../components/create/create-page.tsx'
import { paths } from '../../../components/data/paths.ts'
import { getT } from '../../../components/i18n/server.ts'
import { getRuntime } from '../../../server/runtime.ts'
import { requireMe } from '../../_lib/session.ts'
import { FirstTopics } from '../hosts/_lib/first-topic.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('create'))('title') }
}

export default async function Create() {
  await requireMe(paths.create())
  const hosts = getRuntime().fleet.listHosts()
  return (
    <FirstTopics topics={[{ topic: { name: 'hosts' }, data: { hosts } }]}>
      <CreatePage />
    </FirstTopics>
  )
}
