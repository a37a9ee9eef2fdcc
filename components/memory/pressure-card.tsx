'use client'

import type { MemoryDetail, MemorySeries } from '../../server/contract/memory.ts'
import { pressureTones } from '../domains/pressure-tones.ts'
import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Meter } from '../ui/memory-bar.tsx'
import { PressureSignals } from './pressure-signals.tsx'

/** How short of memory the guest is, and what that is read from. */
export function PressureCard({
  memory,
  series,
  stale,
}: {
  memory: MemoryDetail
  series: MemorySeries
  stale: boolean
}) {
  const t = useT('memory')
  const { pressure } = memory
  if (!pressure) {
    return (
      <Card title={t('pressure.title')}>
        <p className="text-muted text-sm">{t('pressure.unknown')}</p>
      </Card>
    )
  }
  const level = t(`pressure.level.${pressure.level}`)
  const { score } = pressure
  return (
    <Card title={t('pressure.title')}>
      <div className="mb-2 flex items-baseline gap-3">
        <span className="tabular font-mono text-lg">{t('pressure.score', { score })}</span>
        <StateBadge tone={pressureTones[pressure.level]} label={level} />
      </div>
      <Meter
        value={score}
        max={100}
        tone={pressureTones[pressure.level]}
        label={t('pressure.label', { name: memory.name, score, level })}
      />
      {pressure.reasons.length === 0 && (
        <p className="text-muted mt-2 text-sm">{t('pressure.calm')}</p>
      )}
      <PressureSignals memory={memory} series={series} stale={stale} />
    </Card>
  )
}
