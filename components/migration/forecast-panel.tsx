'use client'

import { useDeferredValue, useMemo } from 'react'

import type {
  ForecastFacts,
  ForecastPlan,
  ForecastSpan,
} from '../../server/contract/forecast.ts'
import { forecast, normalAutoConverge } from '../../server/migration/forecast.ts'
import { remediesOf } from '../../server/migration/remedies.ts'
import { BandChart } from '../charts/band-chart.tsx'
import { binaryAxis } from '../charts/ticks.ts'
import { Button } from '../ui/button.tsx'
import { useNowMs } from '../ui/relative-time.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { timeTicks } from './time-ticks.ts'
import { useMigrationWords } from './use-migration-words.ts'

/** Whether, how long, with which pause; drawn with its band; and what would help if it does not end. */
export function ForecastPanel({
  facts,
  plan,
  onPlan,
}: {
  facts: ForecastFacts
  plan: ForecastPlan
  onPlan: (change: Partial<ForecastPlan>) => void
}) {
  const words = useMigrationWords()
  const { t, mib, rate, time } = words
  const made = useMemo(() => forecast(facts, plan), [facts, plan])
  const spanOf = (span: ForecastSpan | null, say: (value: number) => string) => {
    if (!span) return undefined
    const [low, high] = [say(span.low), say(span.high)]
    return low === high ? undefined : t('forecast.between', { low, high })
  }
  const rates = {
    dirty: rate(made.rates.dirtyMiBps),
    send: rate(made.rates.sendMiBps),
    stuck: mib(made.stuckMiB),
  }
  const known = facts.dirty.points.length > 0
  const reason = !known ? 'unknown' : made.totalMs ? 'converges' : 'never'
  const highest = Math.max(1, ...made.points.map(({ highMiB }) => highMiB ?? 0))
  const longest = made.points.at(-1)?.ms ?? 1
  return (
    <section className="space-y-3" data-testid="forecast" data-verdict={made.verdict}>
      <div>
        <h3 className="text-sm font-medium">{t('forecast.title')}</h3>
        <p className="mt-1 text-sm">
          <strong
            className={
              made.totalMs
                ? 'text-ok'
                : made.verdict === 'never'
                  ? 'text-danger'
                  : 'text-warn'
            }
          >
            {t(`forecast.verdict.${made.verdict}`)}.
          </strong>{' '}
          {t(`forecast.why.${reason}`, rates)}
          {made.throttlePercent > 0 &&
            ` ${t('forecast.throttle', { percent: words.f.percent(made.throttlePercent) })}`}
        </p>
      </div>
      {made.totalMs && made.pauseMs && made.sentMiB && (
        <StatRow>
          <Stat
            label={t('forecast.total')}
            value={time(made.totalMs.likely)}
            hint={spanOf(made.totalMs, time)}
          />
          <Stat
            label={t('forecast.pause')}
            value={time(made.pauseMs.likely)}
            hint={spanOf(made.pauseMs, time)}
          />
          <Stat
            label={t('forecast.sent')}
            value={mib(made.sentMiB.likely)}
            hint={spanOf(made.sentMiB, mib)}
          />
          <Stat label={t('forecast.passes')} value={words.f.count(made.passes)} />
        </StatRow>
      )}
      <figure>
        <BandChart
          label={t('forecast.chart')}
          points={made.points.map(({ ms, lowMiB, likelyMiB, highMiB }) => ({
            x: ms,
            low: lowMiB,
            likely: likelyMiB,
            high: highMiB,
          }))}
          xTicks={timeTicks(longest)}
          yTicks={binaryAxis(highest * 1024, 4).ticks.map((kib) => kib / 1024)}
          xLabel={(ms) => (ms === 0 ? '0' : time(ms))}
          yLabel={(value) => (value === 0 ? '0' : mib(value))}
        />
        <figcaption className="text-muted text-xs">{t('forecast.legend')}</figcaption>
      </figure>
      {!made.totalMs && <Remedies facts={facts} plan={plan} onPlan={onPlan} />}
      <Sources facts={facts} />
    </section>
  )
}

function Remedies({
  facts,
  plan,
  onPlan,
}: {
  facts: ForecastFacts
  plan: ForecastPlan
  onPlan: (change: Partial<ForecastPlan>) => void
}) {
  const { t, f, rate, time } = useMigrationWords()
  // Some hundred simulations: they may come a moment after the slider.
  const deferred = useDeferredValue(plan)
  const { bandwidth, downtime, throttle, postCopy } = useMemo(
    () => remediesOf(facts, deferred),
    [facts, deferred],
  )
  const rows: { key: string; words: string; use?: Partial<ForecastPlan> }[] = []
  if (bandwidth) {
    const values = { rate: rate(bandwidth.mibps), link: rate(facts.link.mibps) }
    rows.push({
      key: 'bandwidth',
      words: bandwidth.possible
        ? t('forecast.remedy.bandwidth', values)
        : t('forecast.remedy.bandwidthImpossible', values),
      use: bandwidth.possible ? { bandwidthMiBps: bandwidth.mibps } : undefined,
    })
  }
  if (downtime) {
    rows.push({
      key: 'downtime',
      words: t('forecast.remedy.downtime', {
        limit: time(downtime.ms),
        pause: time(downtime.pauseMs),
        total: time(downtime.totalMs),
      }),
      use: { downtimeMs: downtime.ms },
    })
  }
  if (throttle) {
    const percent = f.percent(throttle.percent)
    rows.push({
      key: 'throttle',
      words:
        throttle.totalMs === null
          ? t('forecast.remedy.throttleNot', { percent })
          : t('forecast.remedy.throttle', { percent, total: time(throttle.totalMs) }),
      use: throttle.totalMs === null ? undefined : { autoConverge: normalAutoConverge },
    })
  } else rows.push({ key: 'throttle', words: t('forecast.remedy.throttleNone') })
  rows.push({
    key: 'postCopy',
    words: t('forecast.remedy.postCopy', {
      total: time(postCopy.totalMs),
      pause: time(postCopy.pauseMs),
    }),
    use: { postCopy: true },
  })
  return (
    <div className="border-l-warn rounded border border-l-2 p-3">
      <h4 className="text-sm font-medium">{t('forecast.remedies')}</h4>
      <ul className="mt-2 space-y-2 text-sm">
        {rows.map(({ key, words, use }) => (
          <li key={key} className="flex items-start justify-between gap-3">
            <span className="min-w-0">{words}</span>
            {use && (
              <Button size="sm" onClick={() => onPlan(use)}>
                {t('forecast.use')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Sources({ facts: { memory, link, error } }: { facts: ForecastFacts }) {
  const { t, f, mib, rate } = useMigrationWords()
  const nowMs = useNowMs()
  const zero = 1 - memory.likelyKiB / Math.max(1, memory.ramKiB)
  return (
    <ul className="text-muted space-y-0.5 text-xs">
      <li>
        {t(`forecast.memoryFrom.${memory.from}`, { size: mib(memory.likelyKiB / 1024) })}
      </li>
      <li>
        {t('forecast.zeroShare', {
          percent: f.percent(Math.max(0, zero * 100)),
          ram: f.kib(memory.ramKiB),
        })}
      </li>
      <li data-testid="link-source" data-from={link.from}>
        {t(`forecast.linkFrom.${link.from}`, {
          rate: rate(link.mibps),
          runs: link.runs,
          age: f.age(Math.max(0, (nowMs - (link.probedMs ?? nowMs)) / 1000)),
        })}
      </li>
      <li>
        {error.timePercent === null
          ? t('forecast.errorNone')
          : t('forecast.error', {
              percent: f.percent(error.timePercent),
              right: error.verdictsRight,
              runs: error.runs,
            })}
      </li>
    </ul>
  )
}
