import { paths } from '../../../../../../../components/data/paths.ts'
import { MonitorPage } from '../../../../../../../components/monitor/monitor-page.tsx'
import { requireMe } from '../../../../../../_lib/session.ts'

export default async function DomainMonitorPage({
  params,
}: {
  params: Promise<{ host: string; domain: string }>
}) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainMonitor({ host, uuid }))
  return <MonitorPage host={host} uuid={uuid} />
}
