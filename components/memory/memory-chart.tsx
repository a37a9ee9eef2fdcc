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
      {range.span && <StrainHistory memory={memory} range={range} />}
    </Card>
  )
}

const noTimes: number[] = []

/** How short of memory the guest was, and what its CPUs did: kept, but not drawn live. */
function StrainHistory({ memory, range }: { memory: MemoryDetail; range: ShownRange }) {
  const t = useT('memory')
  const { host, uuid, name } = memory
  const subject = useMemo(() => ({ host, domain: uuid }), [host, uuid])
  const lines = useMemo(
    () => [
      {
        key: 'pressure' as const,
        label: t('strain.pressure'),
        color: 'var(--color-danger)',
        values: [],
      },
      {
        key: 'cpuPercent' as const,
        label: t('strain.cpu'),
        color: 'var(--color-chart-2)',
        values: [],
      },
    ],
    [t],
  )
  return (
    <>
      <h3 className="text-muted mt-4 mb-1 text-sm">{t('strain.title')}</h3>
      <HistoryChart
        subject={subject}
        name={name}
        about="pressure"
        range={range}
        label={t('strain.label', { name })}
        tMs={noTimes}
        series={lines}
        unit="percent"
        yMax={100}
        height={140}
      />
    </>
  )
}
