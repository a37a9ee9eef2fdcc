'use client'

import { useMemo } from 'react'

import type { HostDetail, HostSeries } from '../../server/contract/host.ts'
import type { ChartSeries } from '../charts/chart-types.ts'
import { LazyTimeSeriesChart } from '../charts/chart.tsx'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { HostMemoryBar } from './host-memory-bar.tsx'
import { overcommitOf } from './overcommit.ts'
import { type useWindowSeconds, WindowPicker } from './window-picker.tsx'

/** The host's RAM beside what its guests have and may take. */
export function HostMemory({
  host,
  series,
  stale,
  window,
}: {
  host: HostDetail
  series: HostSeries
  stale: boolean
  window: ReturnType<typeof useWindowSeconds>
}) {
  const t = useT('host')
  const lines = useMemo((): ChartSeries[] => {
    const line = (
      key: 'usedKiB' | 'balloonKiB' | 'maximumKiB' | 'rssKiB',
      label: string,
      color: string,
      more: Partial<ChartSeries> = {},
    ) => ({ key, label, color, values: series[key], ...more })
    return [
      line('usedKiB', t('memory.used'), 'var(--color-mem-used)', { kind: 'area' }),
      line('balloonKiB', t('memory.balloon'), 'var(--color-mem-balloon)'),
      line('maximumKiB', t('memory.maximum'), 'var(--color-mem-maximum)', { dashed: true }),
      line('rssKiB', t('memory.rss'), 'var(--color-mem-rss)'),
    ]
  }, [series, t])
  const totalKiB = host.memory?.totalKiB
  return (
    <Card
      title={t('memory.title')}
      actions={<WindowPicker chosen={window.chosen} choose={window.choose} />}
    >
      <div className="mb-4 space-y-2">
        <HostMemoryBar host={host} height="lg" />
        <OvercommitWords host={host} />
      </div>
      <LazyTimeSeriesChart
        label={t('memory.chartLabel', {
          name: host.name,
          minutes: window.windowSeconds / 60,
        })}
        tMs={series.tMs}
        series={lines}
        unit="KiB"
        windowSeconds={window.windowSeconds}
        references={
          totalKiB
            ? [
                {
                  value: totalKiB,
                  label: t('memory.total'),
                  color: 'var(--color-danger)',
                  dashed: true,
                },
              ]
            : undefined
        }
        yMax={totalKiB}
        height={300}
        stale={stale}
        gapMs={Math.max(5_000, host.tickMs * 3)}
      />
    </Card>
  )
}

function OvercommitWords({ host }: { host: HostDetail }) {
  const t = useT('host')
  const f = useFormat()
  const over = overcommitOf(host)
  if (!over || !host.memory)
    return <p className="text-muted text-sm">{t('memory.unknown')}</p>
  if (over.missingKiB > 0)
    return (
      <p className="text-danger text-sm">
        {t('memory.overcommit', {
          missing: f.kib(over.missingKiB),
          percent: f.percent(over.ratio * 100),
        })}
      </p>
    )
  return (
    <p className="text-muted text-sm">
      {t('memory.fits', {
        spare: f.kib(host.memory.totalKiB - host.committed.maximumKiB),
      })}
    </p>
  )
}
