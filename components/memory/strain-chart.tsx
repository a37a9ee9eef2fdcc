import { useMemo } from 'react'

import type { MemoryDetail, MemorySeries } from '../../server/contract/memory.ts'
import { HistoryChart } from '../history/history-chart.tsx'
import type { ShownRange } from '../history/use-time-range.ts'
import { useT } from '../i18n/use-t.ts'

const lines = [
  { key: 'pressure', color: 'var(--color-danger)', kind: 'area', dashed: false },
  { key: 'cpuPercent', color: 'var(--color-chart-2)', kind: 'line', dashed: false },
  { key: 'vcpuWaitPercent', color: 'var(--color-chart-6)', kind: 'line', dashed: true },
] as const

/** How short of memory the guest is, and what its CPUs do meanwhile. */
export function StrainChart({
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
  const { host, uuid, name } = memory
  const subject = useMemo(() => ({ host, domain: uuid }), [host, uuid])
  const drawn = useMemo(
    () =>
      lines.map((line) => ({
        ...line,
        label: t(`strain.${line.key}`),
        values: series[line.key],
      })),
    [series, t],
  )
  const references = useMemo(
    () => [
      { value: 60, label: t('strain.pressed'), color: 'var(--color-danger)', dashed: true },
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
        tMs={series.tMs}
        series={drawn}
        unit="percent"
        references={references}
        yMax={100}
        height={140}
        stale={stale}
      />
    </>
  )
}
