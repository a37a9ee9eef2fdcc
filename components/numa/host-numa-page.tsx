'use client'

import { useLast } from '../data/use-last.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { NodeNotice } from '../host-memory/node-notice.tsx'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { AdvicePanel } from './advice-panel.tsx'
import { CellList } from './cell-list.tsx'
import { NumadCard } from './numad-card.tsx'
import { PlacementTable } from './placement-table.tsx'

/** The NUMA cells of a host, who is in them, and where a guest would fit. */
export function HostNumaPage({ host }: { host: string }) {
  const t = useT('numa')
  const live = useLiveTopic({ name: 'host-numa', host })
  const data = useLast(live.data?.numa, host)
  const problem = live.problem ?? live.data?.problem
  if (!data) {
    return problem ? <ErrorState problem={problem} /> : <SkeletonRows rows={8} />
  }
  return (
    <>
      <NodeNotice live={live} problem={problem} />
      <CellList cells={data.cells} />
      <PlacementTable numa={data} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <AdvicePanel host={host} cells={data.cells} />
        <NumadCard host={host} numad={data.numad} />
      </div>
      <Card title={t('commands')}>
        <div className="space-y-2">
          {Object.values(data.commands).map((command) => (
            <CommandLine key={command} command={command} />
          ))}
        </div>
      </Card>
    </>
  )
}
