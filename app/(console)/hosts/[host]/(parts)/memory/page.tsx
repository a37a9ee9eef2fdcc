import { paths } from '../../../../../../components/data/paths.ts'
import { HostMemoryPage } from '../../../../../../components/host-memory/host-memory-page.tsx'
import { consumerOrder } from '../../../../../../server/contract/overcommit.ts'
import { getRuntime } from '../../../../../../server/runtime.ts'
import { requireMe } from '../../../../../_lib/session.ts'
import { firstLook } from '../../../_lib/first-look.ts'
import { FirstTopics } from '../../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string }>
  searchParams: Promise<{ by?: string | string[] }>
}

export default async function HostMemory({ params, searchParams }: Props) {
  const { host } = await params
  await requireMe(paths.hostMemory({ host }))
  const order = consumerOrder.safeParse((await searchParams).by).data ?? 'rss'
  const first = await firstLook(getRuntime().fleet.nodes.memory(host, order))
  return (
    <FirstTopics
      topics={
        first
          ? [
              {
                topic: { name: 'host-memory', host, order },
                data: { report: first.value, problem: first.problem },
              },
            ]
          : []
      }
    >
      <HostMemoryPage host={host} />
    </FirstTopics>
  )
}
