import type { Metadata } from 'next'

import { paths } from '../../../components/data/paths.ts'
import { getT } from '../../../components/i18n/server.ts'
import { SizingView } from '../../../components/sizing/sizing-view.tsx'
import { requireMe } from '../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('sizing'))('title') }
}

export default async function SizingPage() {
  await requireMe(paths.sizing())
  return <SizingView />
}
