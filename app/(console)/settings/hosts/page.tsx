import type { Metadata } from 'next'

import { paths } from '../../../../components/data/paths.ts'
import { getT } from '../../../../components/i18n/server.ts'
import { HostsView } from '../../../../components/settings/hosts-view.tsx'
import { getRuntime } from '../../../../server/runtime.ts'
import { firstData, requireMe } from '../../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('settings'))('hosts.title') }
}

export default async function HostsPage() {
  await requireMe(paths.settingsHosts())
  return <HostsView first={await firstData(() => getRuntime().fleet.listHosts())} />
}
