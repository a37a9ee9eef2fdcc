'use client'

import { useMemo } from 'react'

import type { HostDetail, HostSeries } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { HistoryChart } from '../history/history-chart.tsx'
import { RangePicker } from '../history/range-picker.tsx'
import type { ShownRange } from '../history/use-time-range.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { HostMemoryBar } from './host-memory-bar.tsx'
import { overcommitOf } from './overcommit.ts'

/** The host's RAM beside what its guests have and may take. */
export function HostMemory({
  host,
  series,
  stale,
  range,
}: {
  host: HostDetail
  series: HostSeries
  stale: boolean
  range: ShownRange
}) {
  const t = useT('host')
  const lines = useMemo(() => {
    const line = (
      key: 'usedKiB' | 'balloonKiB' | 'maximumKiB' | 'rssKiB',
      label: string,
      color: string,
      more: { kind?: 'area'; dashed?: boolean } = {},
    ) => ({ key, label, color, values: series[key], ...more })
    return [
      line('usedKiB', t('memory.used'), 'var(--color-mem-used)', { kind: 'area' }),
      line('balloonKiB', t('memory.balloon'), 'var(--color-mem-balloon)'),
      line('maximumKiB', t('memory.maximum'), 'var(--color-mem-maximum)', { dashed: true }),
      line('rssKiB', t('memory.rss'), 'var(--color-mem-rss)'),
    ]
  }, [series, t])
  const cpu = useMemo(
    () => [
      {
        key: 'cpuPercent' as const,
        label: t('memory.cpu'),
        color: 'var(--color-chart-2)',
        kind: 'area' as const,
        values: series.cpuPercent,
      },
    ],
    [series, t],
  )
  const subject = useMemo(() => ({ host: host.host }), [host.host])
  const gapMs = Math.max(5_000, host.tickMs * 3)
  const totalKiB = host.memory?.totalKiB
  return (
    <Card title={t('memory.title')} actions={<RangePicker range={range} />}>
      <div className="mb-4 space-y-2">
        <HostMemoryBar host={host} height="lg" />
        <OvercommitWords host={host} />
      </div>
      <HistoryChart
        subject={subject}
        name={host.name}
        range={range}
        label={t('memory.chartLabel', { name: host.name })}
        tMs={series.tMs}
        series={lines}
        unit="KiB"
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
        gapMs={gapMs}
      />
      <h3 className="text-muted mt-4 mb-1 text-sm">{t('memory.cpu')}</h3>
      <HistoryChart
        subject={subject}
        name={host.name}
        range={range}
        label={t('memory.cpuLabel', { name: host.name })}
        tMs={series.tMs}
        series={cpu}
        unit="percent"
        height={140}
        stale={stale}
        gapMs={gapMs}
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
