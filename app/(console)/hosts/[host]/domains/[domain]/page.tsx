import { paths } from '../../../../../../components/data/paths.ts'
import { DomainOverview } from '../../../../../../components/domains/domain-overview.tsx'
import { requireMe } from '../../../../../_lib/session.ts'

export default async function Domain({
  params,
}: {
  params: Promise<{ host: string; domain: string }>
}) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domain({ host, uuid }))
  return <DomainOverview host={host} uuid={uuid} />
}
