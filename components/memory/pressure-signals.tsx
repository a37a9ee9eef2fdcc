import { clsx } from 'clsx'

import type { MemoryDetail, MemorySeries } from '../../server/contract/memory.ts'
import { pressureSignal, type PressureSignal } from '../../server/contract/pressure.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Sparkline } from '../ui/sparkline.tsx'
import { useReasonWords } from './reason-words.ts'

const shownMs = 60_000

/**
 * Where the figures of a signal are in the series, and the least that its line is drawn to: below it
 * nothing counts, and it should look like little.
 */
const drawn: Record<
  PressureSignal,
  { column: Exclude<keyof MemorySeries, 'tMs'>; max: number; percent: boolean }
> = {
  usable: { column: 'usablePercent', max: 100, percent: true },
  'swap-in': { column: 'swapInKiBps', max: 512, percent: false },
  'swap-out': { column: 'swapOutKiBps', max: 2_048, percent: false },
  'major-faults': { column: 'majorFaultsPerS', max: 500, percent: false },
  'vcpu-wait': { column: 'vcpuWaitPercent', max: 100, percent: true },
}

/** All that the score is read from: now, over the last minute, and what it counts for. */
export function PressureSignals({
  memory,
  series,
  stale,
}: {
  memory: MemoryDetail
  series: MemorySeries
  stale: boolean
}) {
  const t = useT('memory')
  const f = useFormat()
  const reasonWords = useReasonWords()
  const newestMs = series.tMs.at(-1) ?? 0
  const from = series.tMs.findIndex((tMs) => tMs > newestMs - shownMs)
  return (
    <ul className="mt-3 divide-y text-sm">
      {pressureSignal.options.map((signal) => {
        const { column, max, percent } = drawn[signal]
        const values = from === -1 ? [] : series[column].slice(from)
        const now = values.at(-1) ?? null
        const most = percent ? max : Math.max(max, ...values.map((value) => value ?? 0))
        const reason = memory.pressure?.reasons.find((one) => one.signal === signal)
        const name = t(`pressure.name.${signal}`)
        const words =
          now === null
            ? '—'
            : percent
              ? f.percent(now)
              : signal === 'major-faults'
                ? t('derived.perSecond', { value: f.count(now) })
                : t('derived.perSecond', { value: f.kib(now) })
        return (
          <li key={signal} className="space-y-1 py-2.5 last:pb-0">
            <div className="flex items-baseline gap-2">
              <span className="min-w-0 flex-1 font-medium">{name}</span>
              <span
                className={clsx('tabular font-mono text-xs', reason ? '' : 'text-faint')}
                title={t('pressure.counts')}
              >
                {t('pressure.part', { score: reason?.score ?? 0 })}
              </span>
            </div>
            <div
              className={clsx('flex items-center gap-3', stale && 'opacity-45 grayscale')}
            >
              <Sparkline
                values={values}
                min={0}
                max={most}
                width={200}
                height={18}
                className="h-4.5 min-w-0 flex-1"
                color={reason ? 'var(--color-danger)' : 'var(--color-chart-5)'}
                label={t('pressure.line', { name, value: words })}
              />
              <span className="tabular w-20 shrink-0 text-right font-mono text-xs">
                {words}
              </span>
            </div>
            <p className={clsx('text-xs', reason ? '' : 'text-muted')}>
              {reason ? reasonWords(reason) : t(`pressure.about.${signal}`)}
            </p>
          </li>
        )
      })}
    </ul>
  )
}
