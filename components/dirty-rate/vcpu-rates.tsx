'use client'

import type { DirtyRateDetail } from '../../server/contract/dirty-rate.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Meter } from '../ui/memory-bar.tsx'
import { useRate } from './use-rate.ts'

/** Which vCPU writes how fast; only dirty-ring tells. */
export function VcpuRates({ dirtyRate: { newest } }: { dirtyRate: DirtyRateDetail }) {
  const t = useT('dirtyRate')
  const words = useRate()
  const rates = newest?.vcpuMiBps
  if (!rates) return null
  const most = Math.max(1, ...rates)
  return (
    <Card title={t('vcpu.title')}>
      <ul className="space-y-2">
        {rates.map((mibps, vcpu) => (
          // vCPUs have no other name than their number.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={vcpu} className="grid grid-cols-[4rem_1fr_6rem] items-center gap-3">
            <span className="text-muted text-xs">{t('vcpu.name', { vcpu })}</span>
            <Meter value={mibps} max={most} label={t('vcpu.name', { vcpu })} />
            <span className="tabular text-right font-mono text-xs">
              {words.rate(mibps)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
