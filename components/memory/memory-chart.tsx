'use client'

import { useMemo } from 'react'

import {
  type MemoryDetail,
  type MemorySeries,
  memorySeriesColumns,
} from '../../server/contract/memory.ts'
import { HistoryChart } from '../history/history-chart.tsx'
import { RangePicker } from '../history/range-picker.tsx'
import type { ShownRange } from '../history/use-time-range.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { memoryLines } from './memory-lines.ts'
import { StrainChart } from './strain-chart.tsx'

/** The guest's memory over time, with the target it goes to and the zone it must not go into. */
export function MemoryChart({
  memory,
  series,
  stale,
  range,
}: {
  memory: MemoryDetail
  series: MemorySeries
  stale: boolean
  range: ShownRange
}) {
  const t = useT('memory')
  const lines = useMemo(
    () =>
      memorySeriesColumns
        .toSorted(
          (a, b) =>
            Object.keys(memoryLines).indexOf(a) - Object.keys(memoryLines).indexOf(b),
        )
        .map((key) => ({
          key,
          label: t(`series.${key}`),
          values: series[key],
          ...memoryLines[key],
        })),
    [series, t],
  )
  const subject = useMemo(
    () => ({ host: memory.host, domain: memory.uuid }),
    [memory.host, memory.uuid],
  )
  const targetKiB =
    memory.resize?.status === 'following' ? memory.resize.targetKiB : memory.stats.actual
  const floorKiB = memory.floor?.floorKiB ?? null
  const references = useMemo(() => {
    const maximum = {
      value: memory.maximumKiB,
      label: t('chart.maximum'),
      color: 'var(--color-mem-maximum)',
      dashed: true,
    }
    if (targetKiB === null) return [maximum]
    const target = {
      value: targetKiB,
      label: t('chart.target'),
      color: 'var(--color-text)',
    }
    // Two labels in one place could not be read.
    return targetKiB >= memory.maximumKiB * 0.97
      ? [{ ...target, label: t('chart.targetAtMaximum') }]
      : [maximum, target]
  }, [memory.maximumKiB, targetKiB, t])
  const areas = useMemo(
    () =>
      floorKiB === null
        ? []
        : [
            {
              from: 0,
              to: floorKiB,
              label: t('chart.floor'),
              color: 'var(--color-danger)',
            },
          ],
    [floorKiB, t],
  )
  return (
    <Card title={t('chart.title')} actions={<RangePicker range={range} />}>
      <HistoryChart
        subject={subject}
        name={memory.name}
        range={range}
        label={t('chart.label', { name: memory.name })}
        tMs={series.tMs}
        series={lines}
        unit="KiB"
        references={references}
        areas={areas}
        yMax={memory.maximumKiB}
        height={300}
        stale={stale}
      />
      <StrainChart memory={memory} series={series} stale={stale} range={range} />
    </Card>
  )
}
