import type { SearchParams } from 'nuqs/server'

import { paths } from '../../../../../../../components/data/paths.ts'
import { loadTimeRangeParams } from '../../../../../../../components/history/time-range-params.ts'
import { timeRange } from '../../../../../../../components/history/time-range.ts'
import { MemoryPage } from '../../../../../../../components/memory/memory-page.tsx'
import { emptyMemorySeries } from '../../../../../../../server/contract/memory.ts'
import { getRuntime } from '../../../../../../../server/runtime.ts'
import { requireMe } from '../../../../../../_lib/session.ts'
import { FirstTopics, orUnread } from '../../../../_lib/first-topic.tsx'

interface Props {
  params: Promise<{ host: string; domain: string }>
  searchParams: Promise<SearchParams>
}

/** Rendered with the figures of now; the lines come with the live channel, as the drawing does. */
export default async function DomainMemory({ params, searchParams }: Props) {
  const { host, domain: uuid } = await params
  await requireMe(paths.domainMemory({ host, uuid }))
  const { window, from, to } = await loadTimeRangeParams(searchParams)
  const { windowSeconds } = timeRange(window, from, to, Date.now())
  const memory = orUnread(() => getRuntime().fleet.getMemory(host, uuid))
  const topic = { name: 'memory', host, uuid, windowSeconds } as const
  return (
    <FirstTopics
      topics={memory ? [{ topic, data: { memory, series: emptyMemorySeries } }] : []}
    >
      <MemoryPage host={host} uuid={uuid} />
    </FirstTopics>
  )
}
