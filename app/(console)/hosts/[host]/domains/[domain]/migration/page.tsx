import { paths } from '../../../../../../../components/data/paths.ts'
import { DomainMigrationPage } from '../../../../../../../components/migration/domain-migration-page.tsx'
import { requireMe } from '../../../../../../_lib/session.ts'

export default async function DomainMigration({
  params,
}: {
  params: Promise<{ host: string; domain: string }>
}) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainMigration({ host, uuid }))
  return <DomainMigrationPage uuid={uuid} />
}
