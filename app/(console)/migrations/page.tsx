import type { Metadata } from 'next'

import { paths } from '../../../components/data/paths.ts'
import { getT } from '../../../components/i18n/server.ts'
import { MatrixPage } from '../../../components/migration/matrix-page.tsx'
import { requireMe } from '../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('migration'))('matrix.title') }
}

export default async function MigrationsPage() {
  await requireMe(paths.migrations())
  return <MatrixPage />
}
