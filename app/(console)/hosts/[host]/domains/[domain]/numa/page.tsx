import { paths } from '../../../../../../../components/data/paths.ts'
import { DomainNumaPage } from '../../../../../../../components/numa/domain-numa-page.tsx'
import { requireMe } from '../../../../../../_lib/session.ts'

export default async function DomainNuma({
  params,
}: {
  params: Promise<{ host: string; domain: string }>
}) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainNuma({ host, uuid }))
  return <DomainNumaPage host={host} uuid={uuid} />
}
