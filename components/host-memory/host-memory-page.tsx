'use client'

import { parseAsStringLiteral, useQueryState } from 'nuqs'

import { consumerOrder } from '../../server/contract/overcommit.ts'
import { useLast } from '../data/use-last.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Notice } from '../ui/notice.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { CellTable } from './cell-table.tsx'
import { Consumers } from './consumers.tsx'
import { JudgeTable, Verdicts } from './judgement.tsx'
import { KsmCard } from './ksm-card.tsx'
import { NodeNotice } from './node-notice.tsx'
import { RoomFigures } from './room-figures.tsx'

/** What the guests of a host have and may take of it, who takes most, and what KSM saves. */
export function HostMemoryPage({ host }: { host: string }) {
  const t = useT('hostMemory')
  const [order, setOrder] = useQueryState(
    'by',
    parseAsStringLiteral(consumerOrder.options).withDefault('rss'),
  )
  const live = useLiveTopic({ name: 'host-memory', host, order }, { keepPrevious: true })
  const report = useLast(live.data?.report, host)
  const problem = live.problem ?? live.data?.problem
  if (!report) {
    return problem ? <ErrorState problem={problem} /> : <SkeletonRows rows={8} />
  }
  const { overcommit, commands } = report
  return (
    <>
      <NodeNotice live={live} problem={problem} />
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
        <Notice title={t(report.sampledMs === null ? 'unsampled' : 'untold')} />
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <Consumers
          report={report}
          order={order}
          onOrder={(next) => void setOrder(next)}
          host={host}
        />
        <KsmCard host={host} ksm={report.ksm} reason={report.ksmReason} />
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
