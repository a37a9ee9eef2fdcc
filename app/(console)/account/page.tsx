import type { Metadata } from 'next'

import { AccountView } from '../../../components/account/account-view.tsx'
import { paths } from '../../../components/data/paths.ts'
import { getT } from '../../../components/i18n/server.ts'
import { requireMe } from '../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('account'))('title') }
}

export default async function AccountPage() {
  await requireMe(paths.account())
  return <AccountView />
}
