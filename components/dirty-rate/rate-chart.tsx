'use client'

import { useMemo } from 'react'

import type { DirtyRateDetail, DirtyRateSeries } from '../../server/contract/dirty-rate.ts'
import type { ChartSeries } from '../charts/chart-types.ts'
import { HistoryChart } from '../history/history-chart.tsx'
import { RangePicker } from '../history/range-picker.tsx'
import type { ShownRange } from '../history/use-time-range.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'

/** A window of the curve takes 20 s, the rotation comes round once a minute: neither is a gap. */
const gapMs = { continuous: 40_000, rotation: 200_000 }

/** The rate over time: single measurements, their mean, and how far that can be trusted. */
export function RateChart({
  dirtyRate,
  measured,
  stale,
  range,
}: {
  dirtyRate: DirtyRateDetail
  measured: DirtyRateSeries
  stale: boolean
  range: ShownRange
}) {
  const t = useT('dirtyRate')
  const series = useMemo((): ChartSeries[] => {
    const kibps = (values: readonly (number | null)[]) =>
      values.map((value) => (value === null ? null : value * 1024))
    return [
      {
        key: 'rate',
        label: t('series.rate'),
        color: 'var(--color-chart-5)',
        values: bridged(kibps(measured.rateMiBps)),
      },
      {
        key: 'mean',
        label: t('series.mean'),
        color: 'var(--color-chart-1)',
        values: kibps(measured.meanMiBps),
        band: { min: kibps(measured.lowMiBps), max: kibps(measured.highMiBps) },
      },
    ]
  }, [measured, t])
  const subject = useMemo(
    () => ({ host: dirtyRate.host, domain: dirtyRate.uuid }),
    [dirtyRate.host, dirtyRate.uuid],
  )
  const kept = useMemo(
    () => [
      {
        key: 'dirtyRateKiBps' as const,
        label: t('series.mean'),
        color: 'var(--color-chart-1)',
        values: [],
      },
    ],
    [t],
  )
  const minutes = range.windowSeconds / 60
  return (
    <Card title={t('chart.title')} actions={<RangePicker range={range} />}>
      <HistoryChart
        subject={subject}
        name={dirtyRate.name}
        about="dirty-rate"
        range={range}
        label={t('chart.label', { name: dirtyRate.name, minutes })}
        tMs={measured.tMs}
        series={series}
        kept={kept}
        unit="KiBps"
        height={260}
        stale={stale}
        gapMs={dirtyRate.continuous ? gapMs.continuous : gapMs.rotation}
      />
    </Card>
  )
}

/** A long window between two short ones has no single rate: the line goes on from the one before. */
function bridged(values: (number | null)[]): (number | null)[] {
  return values.map((value, at) => value ?? values[at - 1] ?? null)
}
