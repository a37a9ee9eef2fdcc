'use client'

import type { DirtyRateDetail } from '../../server/contract/dirty-rate.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { useRate } from './use-rate.ts'

/** The rate of now with its range, the working set, and what is under way. */
export function RateFigures({
  dirtyRate,
  stale,
}: {
  dirtyRate: DirtyRateDetail
  stale: boolean
}) {
  const t = useT('dirtyRate')
  const f = useFormat()
  const words = useRate()
  const { summary, workingSet, running, memoryKiB, traps } = dirtyRate
  const doubtful = traps.includes('not-measurable')
  const known = summary !== null && !doubtful
  const low = known && summary.rateMiBps < 1
  const rate = known ? words.split(low ? 1 : summary.rateMiBps) : null
  return (
    <StatRow>
      <Stat
        label={t('figure.rate')}
        value={rate ? (low ? `< ${rate.value}` : rate.value) : '—'}
        unit={rate?.unit}
        hint={
          known
            ? t('figure.range', {
                low: words.rate(summary.lowMiBps),
                high: words.rate(summary.highMiBps),
              })
            : doubtful
              ? t('figure.notMeasurable')
              : t('figure.notYet')
        }
        stale={stale}
      />
      <Stat
        label={t('figure.scatter')}
        value={known ? `± ${words.split(summary.scatterMiBps).value}` : '—'}
        unit={known ? words.split(summary.scatterMiBps).unit : undefined}
        hint={known ? t('figure.scatterHint', { count: summary.count }) : undefined}
        stale={stale}
      />
      <Stat
        label={t('figure.workingSet')}
        value={
          workingSet.sizeMiB === null
            ? '—'
            : `${workingSet.verdict === 'growing' ? '≥' : '≈'} ${words.size(workingSet.sizeMiB)}`
        }
        hint={
          workingSet.sizeMiB === null
            ? t('figure.workingSetUnknown')
            : t('figure.ofRam', { ram: f.kib(memoryKiB) })
        }
        stale={stale}
      />
      <Stat
        label={t('figure.measured')}
        value={
          running ? (
            <span className="text-accent">
              {t('figure.running', { seconds: running.seconds })}
            </span>
          ) : summary ? (
            <RelativeTime atMs={summary.measuredMs} />
          ) : (
            '—'
          )
        }
        hint={dirtyRate.continuous ? t('figure.continuous') : t('figure.rotation')}
        stale={stale}
      />
    </StatRow>
  )
}
