import { clsx } from 'clsx'
import { TriangleAlert } from 'lucide-react'
import dynamic from 'next/dynamic'

import { domainIsActive, type FleetRow } from '../../server/contract/domain.ts'
import type { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import type { useT } from '../i18n/use-t.ts'
import { useDomainJob } from '../jobs/active-jobs.ts'
import { MemoryBar } from '../ui/memory-bar.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { toneSoft } from '../ui/tone.ts'
import { pressureTones } from './pressure-tones.ts'

/** Loaded when the first domain is under a job. */
const DomainJobMark = dynamic(
  async () => (await import('../jobs/domain-job-mark.tsx')).DomainJobMark,
  { ssr: false },
)

/** Words and formats of all cells. Made once for the table: hooks in every cell are felt in a scroll. */
export interface CellWords {
  t: ReturnType<typeof useT<'fleet'>>
  tDomain: ReturnType<typeof useT<'domain'>>
  tMemory: ReturnType<typeof useT<'memory'>>
  f: ReturnType<typeof useFormat>
}

export function NameCell({ row }: { row: FleetRow }) {
  const job = useDomainJob(row.key)
  return (
    <div className="min-w-0">
      <TextLink quiet href={paths.domain(row)} className="block truncate font-medium">
        <bdi>{row.name}</bdi>
      </TextLink>
      {job ? (
        <DomainJobMark job={job} />
      ) : (
        row.title && (
          <div className="text-faint truncate text-xs" title={row.title}>
            <bdi>{row.title}</bdi>
          </div>
        )
      )}
    </div>
  )
}

export function HostCell({ row }: { row: FleetRow }) {
  return (
    <TextLink quiet href={paths.host(row)} className="text-muted block truncate">
      <bdi>{row.hostName}</bdi>
    </TextLink>
  )
}

/** The bar, and below it what it says: used and cache apart, or why the guest does not say. */
export function MemoryCell({
  row,
  words: { t, tMemory, f },
  wide = true,
}: {
  row: FleetRow
  words: CellWords
  wide?: boolean
}) {
  const { memory } = row
  if (!domainIsActive(row.state))
    return (
      <span className="text-faint text-xs">
        {t('memory.off', { maximum: f.kib(memory.maximumKiB) })}
      </span>
    )
  const known = memory.usedKiB !== null
  return (
    <div className="min-w-0">
      <MemoryBar
        usedKiB={memory.usedKiB}
        cacheKiB={memory.cacheKiB}
        balloonKiB={memory.balloonKiB}
        maximumKiB={memory.maximumKiB}
        rssKiB={memory.rssKiB}
        stale={row.stale}
        label={t('memory.label', {
          name: row.name,
          used: f.kib(memory.usedKiB),
          cache: f.kib(memory.cacheKiB),
          balloon: f.kib(memory.balloonKiB),
          maximum: f.kib(memory.maximumKiB),
          rss: f.kib(memory.rssKiB),
        })}
      />
      <div
        className={clsx(
          'tabular mt-1 flex items-baseline gap-2 font-mono text-2xs whitespace-nowrap',
          row.stale && 'opacity-50',
        )}
      >
        {known ? (
          <>
            <span>{t('memory.used', { value: f.kib(memory.usedKiB) })}</span>
            <span className="text-muted">
              {t('memory.cache', { value: f.kib(memory.cacheKiB) })}
            </span>
          </>
        ) : (
          <span className="text-muted truncate">
            — {tMemory(`health.${memory.health}.short`)}
          </span>
        )}
        {known && memory.health !== 'ok' && memory.health !== 'unknown' && (
          <span
            className="text-warn flex items-center gap-1 truncate"
            title={tMemory(`health.${memory.health}.title`)}
          >
            <TriangleAlert aria-hidden className="size-3 shrink-0" />
            <span className={wide ? undefined : 'sr-only'}>
              {tMemory(`health.${memory.health}.short`)}
            </span>
          </span>
        )}
        {!wide && (
          <span className="text-muted ml-auto">
            {t('memory.of', {
              balloon: f.kib(memory.balloonKiB),
              maximum: f.kib(memory.maximumKiB),
            })}
          </span>
        )}
      </div>
    </div>
  )
}

export function SparkCell({ row, words: { t } }: { row: FleetRow; words: CellWords }) {
  if (!domainIsActive(row.state)) return <span className="text-faint">—</span>
  return (
    <span className={clsx('block', row.stale && 'opacity-45 grayscale')}>
      <Sparkline
        values={row.spark}
        label={t('sparkLabel', { name: row.name })}
        width={76}
      />
    </span>
  )
}

/** A figure at the right edge. Unknown is a dash, never 0. */
export function FigureCell({
  value,
  stale,
  note,
}: {
  value: string | null
  stale: boolean
  note?: string
}) {
  return (
    <span
      className={clsx(
        'tabular font-mono text-xs',
        value === null ? 'text-faint' : stale && 'text-faint',
      )}
      title={note}
    >
      {value ?? '—'}
    </span>
  )
}

const pressureColors = {
  calm: 'var(--color-chart-5)',
  tight: 'var(--color-warn)',
  pressed: 'var(--color-danger)',
} as const

/** How short of memory the guest is: its score, coloured from where it begins to matter. */
export function PressureCell({
  row,
  words: { t, tMemory },
}: {
  row: FleetRow
  words: CellWords
}) {
  const { pressure } = row.memory
  if (!pressure) {
    return <FigureCell value={null} stale={row.stale} note={t('pressure.none')} />
  }
  const level = tMemory(`pressure.level.${pressure.level}`)
  return (
    <span
      className={clsx('inline-block', row.stale && 'opacity-50 grayscale')}
      title={
        pressure.signal
          ? t('pressure.why', { level, why: tMemory(`pressure.signal.${pressure.signal}`) })
          : level
      }
    >
      <span
        className={clsx(
          'tabular inline-block rounded px-1.5 py-0.5 font-mono text-xs',
          toneSoft[pressureTones[pressure.level]],
          pressure.level === 'calm' && 'bg-transparent',
        )}
      >
        {pressure.score}
        <span className="sr-only"> {level}</span>
      </span>
      {row.pressureSpark.length > 0 && (
        <Sparkline
          values={row.pressureSpark}
          min={0}
          max={100}
          width={44}
          height={12}
          className="ml-auto"
          color={pressureColors[pressure.level]}
          label={t('pressure.line', { name: row.name })}
        />
      )}
    </span>
  )
}

/** Full heat, MiB/s; the scale below is logarithmic. */
const hottest = 512

/** How fast the domain writes to its memory, as a figure on a ground that grows warmer. */
export function HeatCell({ row, words: { t, f } }: { row: FleetRow; words: CellWords }) {
  const { rateMiBps, measuredMs, doubtful } = row.dirtyRate
  if (doubtful) {
    return (
      <span className="text-faint font-mono text-xs" title={t('dirty.doubtful')}>
        ?
      </span>
    )
  }
  if (!domainIsActive(row.state) || rateMiBps === null || measuredMs === null) {
    return <FigureCell value={null} stale={row.stale} note={t('dirty.none')} />
  }
  const heat = Math.min(1, Math.log2(1 + rateMiBps) / Math.log2(1 + hottest))
  return (
    <span
      className={clsx(
        'tabular inline-block rounded px-1.5 py-0.5 font-mono text-xs whitespace-nowrap',
        row.stale && 'opacity-50 grayscale',
      )}
      style={{
        background: `color-mix(in oklch, var(--color-chart-7) ${Math.round(heat * 60)}%, transparent)`,
      }}
      title={t('dirty.measured', { time: f.clock(measuredMs) })}
    >
      <TextLink quiet href={paths.domainDirtyRate(row)}>
        {rateMiBps < 1
          ? `< ${f.kib(1024, { digits: 0 })}/s`
          : `${f.kib(rateMiBps * 1024)}/s`}
      </TextLink>
    </span>
  )
}
