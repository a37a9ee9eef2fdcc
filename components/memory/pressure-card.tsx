'use client'

import type { MemoryDetail } from '../../server/contract/memory.ts'
import type { PressureReason } from '../../server/contract/pressure.ts'
import { useFormat } from '../charts/use-format.ts'
import { pressureTones } from '../domains/pressure-tones.ts'
import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Meter } from '../ui/memory-bar.tsx'

/** How short of memory the guest is, and what that is read from. */
export function PressureCard({ memory }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const reasonWords = useReasonWords()
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
      <ul className="mt-3 space-y-1.5 text-sm">
        {pressure.reasons.map((reason) => (
          <li key={reason.signal} className="flex gap-3">
            <span className="min-w-0 flex-1">{reasonWords(reason)}</span>
            <span className="text-muted tabular font-mono text-xs">{reason.score}</span>
          </li>
        ))}
        {pressure.reasons.length === 0 && (
          <li className="text-muted">{t('pressure.calm')}</li>
        )}
      </ul>
    </Card>
  )
}

/** A reason of the score in words, with its figure. */
export function useReasonWords(): (reason: PressureReason) => string {
  const t = useT('memory')
  const f = useFormat()
  return ({ signal, value }) => {
    const figure =
      signal === 'usable' || signal === 'vcpu-wait'
        ? f.percent(value)
        : signal === 'major-faults'
          ? f.count(Math.round(value))
          : `${f.kib(value)}/s`
    return t(`pressure.reason.${signal}`, { value: figure })
  }
}
