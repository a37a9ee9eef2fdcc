'use client'

import { parseAsBoolean, useQueryState } from 'nuqs'

import type { DirtyRateDetail } from '../../server/contract/dirty-rate.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useTimeRange } from '../history/use-time-range.ts'
import { StaleNotice } from '../hosts/stale-notice.tsx'
import { useT } from '../i18n/use-t.ts'
import { Notice } from '../ui/notice.tsx'
import { ErrorState, Skeleton } from '../ui/states.tsx'
import { MeasurePanel } from './measure-panel.tsx'
import { RateChart } from './rate-chart.tsx'
import { RateFigures } from './rate-figures.tsx'
import { VcpuRates } from './vcpu-rates.tsx'
import { WorkingSetCard } from './working-set-card.tsx'

/** How fast one domain writes to its memory, and how much of it is written again and again. */
export function DirtyRatePage({ host, uuid }: { host: string; uuid: string }) {
  const range = useTimeRange()
  const [continuous, setContinuous] = useQueryState(
    'continuous',
    parseAsBoolean.withDefault(true).withOptions({ history: 'replace' }),
  )
  const live = useLiveTopic(
    { name: 'dirty-rate', host, uuid, windowSeconds: range.windowSeconds, continuous },
    { keepPrevious: true },
  )
  if (!live.data)
    return live.problem ? <ErrorState problem={live.problem} /> : <PageSkeleton />
  const { dirtyRate, measured } = live.data
  const stale = dirtyRate.stale || live.status !== 'live'
  return (
    <div className="space-y-4">
      <StaleNotice
        stale={dirtyRate.stale}
        sampledMs={dirtyRate.summary?.measuredMs ?? null}
        status={live.status}
        heardMs={live.heardMs}
      />
      <Blocked dirtyRate={dirtyRate} />
      <RateFigures dirtyRate={dirtyRate} stale={stale} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0 space-y-4">
          <RateChart
            dirtyRate={dirtyRate}
            measured={measured}
            stale={stale}
            range={range}
          />
          <WorkingSetCard dirtyRate={dirtyRate} />
          <VcpuRates dirtyRate={dirtyRate} />
        </div>
        <div className="min-w-0 space-y-4">
          <MeasurePanel
            key={uuid}
            dirtyRate={dirtyRate}
            continuous={continuous}
            setContinuous={(on) => void setContinuous(on)}
          />
          <Traps dirtyRate={dirtyRate} />
        </div>
      </div>
    </div>
  )
}

function Blocked({ dirtyRate: { blocked } }: { dirtyRate: DirtyRateDetail }) {
  const t = useT('dirtyRate')
  if (!blocked || blocked === 'host-offline') return null
  return (
    <Notice
      tone={blocked === 'job' ? 'warn' : 'neutral'}
      role="status"
      title={t(`blocked.${blocked}.title`)}
    >
      {t(`blocked.${blocked}.detail`)}
    </Notice>
  )
}

/** What QEMU's way of measuring cannot tell here, said where it bites. */
function Traps({ dirtyRate: { traps, failure } }: { dirtyRate: DirtyRateDetail }) {
  const t = useT('dirtyRate')
  return (
    <>
      {failure && (
        <Notice tone="danger" role="status" title={t('failure')}>
          <bdi>{failure}</bdi>
        </Notice>
      )}
      {traps.map((trap) => (
        <Notice
          key={trap}
          tone={trap === 'not-measurable' ? 'warn' : 'info'}
          title={t(`trap.${trap}.title`)}
        >
          {t(`trap.${trap}.detail`)}
        </Notice>
      ))}
    </>
  )
}

function PageSkeleton() {
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
