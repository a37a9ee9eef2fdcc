import { paths } from '../../../../../../components/data/paths.ts'
import { HostMemoryPage } from '../../../../../../components/host-memory/host-memory-page.tsx'
import { requireMe } from '../../../../../_lib/session.ts'

export default async function HostMemory({
  params,
}: {
  params: Promise<{ host: string }>
}) {
  const { host } = await params
  await requireMe(paths.hostMemory({ host }))
  return <HostMemoryPage host={host} />
}
