import type { Metadata } from 'next'

import { paths } from '../../../components/data/paths.ts'
import { getT } from '../../../components/i18n/server.ts'
import { JobsPage } from '../../../components/jobs/jobs-page.tsx'
import { requireMe } from '../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('jobs'))('pageTitle') }
}

export default async function Jobs() {
  await requireMe(paths.jobs())
  return <JobsPage />
}
