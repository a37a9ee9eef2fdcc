import { paths } from '../../../../../../components/data/paths.ts'
import { HostNumaPage } from '../../../../../../components/numa/host-numa-page.tsx'
import { getRuntime } from '../../../../../../server/runtime.ts'
import { requireMe } from '../../../../../_lib/session.ts'
import { firstLook } from '../../../_lib/first-look.ts'
import { FirstTopics } from '../../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string }>
}

export default async function HostNuma({ params }: Props) {
  const { host } = await params
  await requireMe(paths.hostNuma({ host }))
  const first = await firstLook(getRuntime().fleet.nodes.numa(host))
  return (
    <FirstTopics
      topics={
        first
          ? [
              {
                topic: { name: 'host-numa', host },
                data: { numa: first.value, problem: first.problem },
              },
            ]
          : []
      }
    >
      <HostNumaPage host={host} />
    </FirstTopics>
  )
}
