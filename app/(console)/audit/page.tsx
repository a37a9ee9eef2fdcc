import type { Metadata } from 'next'

import { auditPageSize } from '../../../components/audit/audit-api.ts'
import { AuditView } from '../../../components/audit/audit-view.tsx'
import { paths } from '../../../components/data/paths.ts'
import { getT } from '../../../components/i18n/server.ts'
import { getRuntime } from '../../../server/runtime.ts'
import { firstData, requireMe } from '../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('audit'))('title') }
}

export default async function AuditLogPage() {
  await requireMe(paths.audit())
  const first = await firstData(() => getRuntime().audit.list({ limit: auditPageSize }))
  return <AuditView first={first} />
}
