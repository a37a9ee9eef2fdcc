import type { Metadata } from 'next'

import { paths } from '../../../../components/data/paths.ts'
import { getT } from '../../../../components/i18n/server.ts'
import { JobPage } from '../../../../components/jobs/job-page.tsx'
import { getRuntime } from '../../../../server/runtime.ts'
import { requireMe } from '../../../_lib/session.ts'
import { FirstTopics, orNotFound } from '../../hosts/_lib/first-topic.tsx'

interface Props {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${(await getT('jobs'))('pageTitle')} #${(await params).id}` }
}

export default async function Job({ params }: Props) {
  const { id } = await params
  await requireMe(paths.job(id))
  const data = orNotFound(() => getRuntime().jobs.get(id))
  return (
    <FirstTopics topics={[{ topic: { name: 'job', id }, data }]}>
      <JobPage id={id} />
    </FirstTopics>
  )
}
