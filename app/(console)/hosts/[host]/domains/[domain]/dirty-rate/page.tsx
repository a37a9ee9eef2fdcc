import { paths } from '../../../../../../../components/data/paths.ts'
import { DirtyRatePage } from '../../../../../../../components/dirty-rate/dirty-rate-page.tsx'
import { requireMe } from '../../../../../../_lib/session.ts'

export default async function DomainDirtyRate({
  params,
}: {
  params: Promise<{ host: string; domain: string }>
}) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainDirtyRate({ host, uuid }))
  return <DirtyRatePage host={host} uuid={uuid} />
}
