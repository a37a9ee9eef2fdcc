import { paths } from '../../../../../../../components/data/paths.ts'
import { DomainXml } from '../../../../../../../components/domains/domain-xml.tsx'
import { requireMe } from '../../../../../../_lib/session.ts'

export default async function DomainXmlPage({
  params,
}: {
  params: Promise<{ host: string; domain: string }>
}) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainXml({ host, uuid }))
  return <DomainXml host={host} uuid={uuid} />
}
