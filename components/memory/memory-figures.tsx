'use client'

import type { MemoryDetail } from '../../server/contract/memory.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { MemoryBar, MemoryLegend } from '../ui/memory-bar.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'

/** The figures that matter most, and the bar that shows how they lie to each other. */
export function MemoryFigures({ memory, stale }: { memory: MemoryDetail; stale: boolean }) {
  const t = useT('memory')
  const tFleet = useT('fleet')
  const f = useFormat()
  const { stats, derived, maximumKiB } = memory
  // RSS does not count huge pages, the host cost does.
  const hugePages = stats.rss !== null && (derived.hostCostKiB ?? 0) > stats.rss
  const why = t(`health.${memory.health}.short`)
  const figure = (label: string, kib: number | null, hint?: string) => {
    const { value, unit } = f.splitKiB(kib)
    return (
      <Stat
        label={label}
        value={kib === null ? '—' : value}
        unit={kib === null ? undefined : unit}
        hint={kib === null ? why : hint}
        stale={stale}
      />
    )
  }
  const target = memory.resize?.status === 'following' ? memory.resize.targetKiB : null
  return (
    <div className="space-y-3">
      <StatRow>
        {figure(
          t('figure.used'),
          derived.usedKiB,
          stats.actual ? share(f, derived.usedKiB, stats.actual, t) : undefined,
        )}
        {figure(t('figure.cache'), derived.cacheKiB, t('figure.cacheHint'))}
        {figure(
          t('figure.balloon'),
          stats.actual,
          t('figure.ofMaximum', { maximum: f.kib(maximumKiB) }),
        )}
        {hugePages
          ? figure(
              t('figure.cost'),
              derived.hostCostKiB,
              t('figure.hugeHint', { rss: f.kib(stats.rss) }),
            )
          : figure(t('figure.rss'), stats.rss, t('figure.rssHint'))}
        <Stat
          label={t('figure.age')}
          value={memory.statsAgeSeconds === null ? '—' : f.age(memory.statsAgeSeconds)}
          hint={
            memory.statsPeriodSeconds === null
              ? t('period.unknown')
              : memory.statsPeriodSeconds === 0
                ? t('period.off')
                : t('period.every', { period: f.age(memory.statsPeriodSeconds) })
          }
          tone={memory.health === 'stale' ? 'warn' : undefined}
          stale={stale}
        />
      </StatRow>
      <MemoryBar
        height="lg"
        usedKiB={derived.usedKiB}
        cacheKiB={derived.cacheKiB}
        balloonKiB={stats.actual}
        maximumKiB={maximumKiB}
        rssKiB={stats.rss}
        floorKiB={memory.floor?.floorKiB}
        targetKiB={target}
        stale={stale}
        label={tFleet('memory.label', {
          name: memory.name,
          used: f.kib(derived.usedKiB),
          cache: f.kib(derived.cacheKiB),
          balloon: f.kib(stats.actual),
          maximum: f.kib(maximumKiB),
          rss: f.kib(stats.rss),
        })}
      />
      <MemoryLegend
        items={[
          { color: 'var(--color-mem-used)', label: tFleet('legend.used') },
          { color: 'var(--color-mem-cache)', label: tFleet('legend.cache') },
          { color: 'var(--color-mem-free)', label: tFleet('legend.free') },
          { color: 'hatched', label: tFleet('legend.beyond') },
          { color: 'var(--color-mem-rss)', label: tFleet('legend.rss') },
          { color: 'var(--color-danger)', label: t('chart.floor') },
        ]}
      />
    </div>
  )
}

function share(
  f: ReturnType<typeof useFormat>,
  partKiB: number | null,
  wholeKiB: number,
  t: ReturnType<typeof useT<'memory'>>,
): string | undefined {
  if (partKiB === null) return undefined
  return t('figure.share', { percent: f.percent((partKiB / wholeKiB) * 100) })
}
