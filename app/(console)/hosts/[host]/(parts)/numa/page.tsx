import { paths } from '../../../../../../components/data/paths.ts'
import { HostNumaPage } from '../../../../../../components/numa/host-numa-page.tsx'
import { requireMe } from '../../../../../_lib/session.ts'

export default async function HostNuma({ params }: { params: Promise<{ host: string }> }) {
  const { host } = await params
  await requireMe(paths.hostNuma({ host }))
  return <HostNumaPage host={host} />
}
