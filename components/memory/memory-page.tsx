'use client'

import { useLiveTopic } from '../data/use-live.ts'
import { useTimeRange } from '../history/use-time-range.ts'
import { StaleNotice } from '../hosts/stale-notice.tsx'
import { ErrorState, Skeleton } from '../ui/states.tsx'
import { BalloonDevice } from './balloon-device.tsx'
import { DerivedFigures } from './derived-figures.tsx'
import { HealthNotice } from './health-notice.tsx'
import { MemoryChart } from './memory-chart.tsx'
import { MemoryFigures } from './memory-figures.tsx'
import { PressureCard } from './pressure-card.tsx'
import { StatsTable } from './stats-table.tsx'
import { TargetPanel } from './target-panel.tsx'

/** The memory of one domain: what it does with it now and lately, and how much it may have. */
export function MemoryPage({ host, uuid }: { host: string; uuid: string }) {
  const range = useTimeRange()
  const live = useLiveTopic(
    { name: 'memory', host, uuid, windowSeconds: range.windowSeconds },
    { keepPrevious: true },
  )
  if (!live.data)
    return live.problem ? <ErrorState problem={live.problem} /> : <MemorySkeleton />
  const { memory, series } = live.data
  const stale = memory.stale || live.status !== 'live'
  return (
    <div className="space-y-4">
      <StaleNotice
        stale={memory.stale}
        sampledMs={memory.sampledMs}
        status={live.status}
        heardMs={live.heardMs}
      />
      <HealthNotice memory={memory} />
      <MemoryFigures memory={memory} stale={stale} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:grid-rows-[auto_1fr]">
        <MemoryChart memory={memory} series={series} stale={stale} range={range} />
        <div className="min-w-0 space-y-4 lg:row-span-2">
          <TargetPanel key={uuid} memory={memory} />
          <PressureCard memory={memory} series={series} stale={stale} />
        </div>
        <div className="min-w-0 space-y-4">
          <DerivedFigures memory={memory} stale={stale} />
          <BalloonDevice memory={memory} />
        </div>
      </div>
      <StatsTable memory={memory} stale={stale} />
    </div>
  )
}

function MemorySkeleton() {
  return (
    <div className="space-y-4">
      <Skeleton className="h-20" />
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-80" />
        <Skeleton className="h-80" />
      </div>
    </div>
  )
}
