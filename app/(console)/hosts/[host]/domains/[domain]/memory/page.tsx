import { paths } from '../../../../../../../components/data/paths.ts'
import { MemoryPage } from '../../../../../../../components/memory/memory-page.tsx'
import { requireMe } from '../../../../../../_lib/session.ts'

export default async function DomainMemory({
  params,
}: {
  params: Promise<{ host: string; domain: string }>
}) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainMemory({ host, uuid }))
  return <MemoryPage host={host} uuid={uuid} />
}
