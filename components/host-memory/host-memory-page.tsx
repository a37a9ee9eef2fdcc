'use client'

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'

import {
  consumerOrder,
  hostMemoryReport,
  type ConsumerOrder,
} from '../../server/contract/overcommit.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { CellTable } from './cell-table.tsx'
import { Consumers } from './consumers.tsx'
import { JudgeTable, Verdicts } from './judgement.tsx'
import { KsmCard } from './ksm-card.tsx'
import { RoomFigures } from './room-figures.tsx'

const everyMs = 2_000

const reportQuery = (host: string, order: ConsumerOrder) =>
  queryOptions({
    queryKey: ['host', host, 'memory', order],
    queryFn: ({ signal }) =>
      api.get(apiPaths.hostMemory({ host }), hostMemoryReport, {
        query: { order },
        signal,
      }),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    retry: false,
  })

/** What the guests of a host have and may take of it, who takes most, and what KSM saves. */
export function HostMemoryPage({ host }: { host: string }) {
  const t = useT('hostMemory')
  const [order, setOrder] = useQueryState(
    'by',
    parseAsStringLiteral(consumerOrder.options).withDefault('rss'),
  )
  const { data, error, refetch } = useQuery(reportQuery(host, order))
  if (!data) {
    if (!error) return <SkeletonRows rows={8} />
    return <ErrorState problem={problemOf(error)} onRetry={() => void refetch()} />
  }
  const { overcommit, commands } = data
  return (
    <>
      {error && <Notice tone="warn" role="status" title={t('old')} />}
      {overcommit ? (
        <>
          <Verdicts overcommit={overcommit} />
          <div className="grid gap-4 lg:grid-cols-2">
            <JudgeTable overcommit={overcommit} />
            <RoomFigures overcommit={overcommit} />
          </div>
          <CellTable overcommit={overcommit} />
        </>
      ) : (
        <Notice title={t('unsampled')} />
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <Consumers
          report={data}
          order={order}
          onOrder={(next) => void setOrder(next)}
          host={host}
        />
        <KsmCard host={host} ksm={data.ksm} reason={data.ksmReason} />
      </div>
      <Card title={t('commands')}>
        <div className="space-y-2">
          {[commands.memory, commands.cells, commands.pages, commands.ksm].map(
            (command) => (
              <CommandLine key={command} command={command} />
            ),
          )}
        </div>
      </Card>
    </>
  )
}
