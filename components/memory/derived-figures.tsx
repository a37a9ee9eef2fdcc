'use client'

import type { DerivedMemory, MemoryDetail } from '../../server/contract/memory.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'

const order = [
  'usedKiB',
  'cacheKiB',
  'kernelReserveKiB',
  'heldCacheKiB',
  'hostCostKiB',
  'overheadKiB',
  'swapInKiBps',
  'swapOutKiBps',
  'majorFaultsPerS',
] as const satisfies readonly (keyof DerivedMemory)[]

/** What follows from the statistics, each with its formula in words. */
export function DerivedFigures({
  memory,
  stale,
}: {
  memory: MemoryDetail
  stale: boolean
}) {
  const t = useT('memory')
  const f = useFormat()
  const words = (name: (typeof order)[number]): string => {
    const value = memory.derived[name]
    if (value === null) return '—'
    if (name === 'majorFaultsPerS') return t('derived.perSecond', { value: f.count(value) })
    if (name.endsWith('KiBps')) return t('derived.perSecond', { value: f.kib(value) })
    return f.kib(value)
  }
  const { rss, actual } = memory.stats
  return (
    <Card title={t('derived.title')}>
      <dl className="grid gap-x-8 gap-y-2.5 text-sm md:grid-cols-2">
        {order.map((name) => (
          <div key={name}>
            <div className="flex items-baseline gap-3">
              <dt className="font-medium">{t(`derived.${name}.label`)}</dt>
              <dd
                className={`tabular ml-auto font-mono text-xs ${stale ? 'text-faint' : ''}`}
              >
                {words(name)}
              </dd>
            </div>
            <dd className="text-muted text-xs">{t(`derived.${name}.formula`)}</dd>
          </div>
        ))}
      </dl>
      {rss !== null && actual !== null && rss > actual && (
        <p className="text-muted mt-3 border-t pt-3 text-xs">{t('derived.rssAbove')}</p>
      )}
    </Card>
  )
}
