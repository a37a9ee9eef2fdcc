import type { Metadata } from 'next'

import { paths } from '../../../../components/data/paths.ts'
import { getT } from '../../../../components/i18n/server.ts'
import { UsersView } from '../../../../components/settings/users-view.tsx'
import { roleAllows } from '../../../../server/contract/account.ts'
import { getRuntime } from '../../../../server/runtime.ts'
import { firstData, requireMe } from '../../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('settings'))('users.title') }
}

export default async function UsersPage() {
  const me = await requireMe(paths.settingsUsers())
  const first = roleAllows(me.role, 'admin')
    ? await firstData(() => getRuntime().auth.listUsers())
    : undefined
  return <UsersView first={first} />
}
