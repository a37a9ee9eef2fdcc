import { paths } from '../../../../../../../components/data/paths.ts'
import { DomainNumaPage } from '../../../../../../../components/numa/domain-numa-page.tsx'
import { getRuntime } from '../../../../../../../server/runtime.ts'
import { requireMe } from '../../../../../../_lib/session.ts'
import { firstLook } from '../../../../_lib/first-look.ts'
import { FirstTopics } from '../../../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string; domain: string }>
}

export default async function DomainNuma({ params }: Props) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainNuma({ host, uuid }))
  const first = await firstLook(getRuntime().fleet.nodes.domainNuma(host, uuid))
  return (
    <FirstTopics
      topics={
        first
          ? [
              {
                topic: { name: 'domain-numa', host, uuid },
                data: { domainNuma: first.value, problem: first.problem },
              },
            ]
          : []
      }
    >
      <DomainNumaPage host={host} uuid={uuid} />
    </FirstTopics>
  )
}
