'use client'

import type { ComponentProps } from 'react'

import type { JobSeries } from '../../server/contract/job.ts'
import type { MigrationDetail, MigrationResult } from '../../server/contract/migration.ts'
import { LazyTimeSeriesChart } from '../charts/chart.tsx'
import { paths } from '../data/paths.ts'
import type { JobViewProps } from '../jobs/job-views.tsx'
import { Card } from '../ui/card.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Notice } from '../ui/notice.tsx'
import { useNowMs } from '../ui/relative-time.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { ForecastOutcomeCard } from './forecast-outcome.tsx'
import { MigrationControls } from './migration-controls.tsx'
import { useMigrationWords } from './use-migration-words.ts'

/** One move: why it does or does not converge while it runs, and forecast beside outcome afterwards. */
export function MigrationJobView({
  detail,
  result,
  series,
  stale,
}: JobViewProps<'migration'>) {
  if (!detail) return null
  const ended = result ?? detail.result
  return (
    <div className="space-y-5" data-testid="migration">
      {ended ? <Ended detail={detail} result={ended} /> : <Verdict detail={detail} />}
      <Figures detail={detail} result={ended} stale={stale} />
      {series.tMs.length > 1 && <Charts series={series} stale={stale} />}
      {!ended && <MigrationControls detail={detail} />}
      <ForecastOutcomeCard detail={detail} series={series} />
      <Steering detail={detail} />
      {detail.command && <Command command={detail.command} />}
    </div>
  )
}

function Command({ command }: { command: string }) {
  const { t } = useMigrationWords()
  return <CommandLine label={t('job.command')} command={command} />
}

/** In one sentence how it goes, and what would let it end. */
function Verdict({ detail }: { detail: MigrationDetail }) {
  const { t, f, rate, time } = useMigrationWords()
  const nowMs = useNowMs()
  const { verdict, setback } = detail
  const tone =
    verdict.kind === 'stuck' || verdict.kind === 'stalled'
      ? 'warn'
      : verdict.kind === 'post-copy'
        ? 'danger'
        : 'info'
  return (
    <div className="space-y-2">
      <div data-testid="verdict" data-kind={verdict.kind}>
        <Notice
          tone={tone}
          role="status"
          title={t(`job.verdict.${verdict.kind}`, {
            dirty: rate(verdict.dirtyMiBps),
            link: rate(verdict.linkMiBps),
            age: time(Math.max(0, nowMs - verdict.sinceMs)),
          })}
        >
          {verdict.kind === 'stuck' && (
            <>
              {verdict.neededDowntimeMs !== null &&
                t('job.needs.downtime', { limit: time(verdict.neededDowntimeMs) })}{' '}
              {verdict.neededThrottlePercent !== null &&
                t('job.needs.throttle', {
                  percent: f.percent(verdict.neededThrottlePercent),
                })}
            </>
          )}
        </Notice>
      </div>
      {setback && (
        <p className="text-muted text-xs">
          {t('job.setback', {
            size: f.bytes(setback.grewBytes),
            pass: setback.pass ?? '—',
          })}
        </p>
      )}
    </div>
  )
}

function Ended({ detail, result }: { detail: MigrationDetail; result: MigrationResult }) {
  const { t } = useMigrationWords()
  const host = { host: result.where === 'target' ? detail.target : detail.source }
  const name = host.host === detail.target ? detail.targetName : detail.sourceName
  const tone =
    result.outcome === 'moved' ? 'ok' : result.outcome === 'aborted' ? 'warn' : 'danger'
  return (
    <div data-testid="outcome" data-outcome={result.outcome}>
      <Notice
        tone={tone}
        role="status"
        title={t(`job.outcome.${result.outcome}`, { name: detail.name, host: name ?? '—' })}
        action={
          host.host !== null && (
            <TextLink href={paths.domain({ host: host.host, uuid: detail.uuid })}>
              {t('job.open')}
            </TextLink>
          )
        }
      >
        {result.cause && <bdi>{result.cause}</bdi>}
      </Notice>
    </div>
  )
}

function Figures({
  detail,
  result,
  stale,
}: {
  detail: MigrationDetail
  result: MigrationResult | null
  stale: boolean
}) {
  const { t, f, time } = useMigrationWords()
  const now = result?.final ?? detail.figures
  if (!now) return null
  const perSecond = (bytes: number | null) => (bytes === null ? '—' : `${f.bytes(bytes)}/s`)
  const size = (pages: number | null) =>
    pages === null ? undefined : f.bytes(pages * (now.pageBytes ?? 4096))
  const ends = detail.verdict.endsAtMs
  const figures: { key: string; label: string; value: string; hint?: string }[] = [
    { key: 'pass', label: t('job.pass'), value: f.count(now.pass) },
    {
      key: 'left',
      label: t('job.left'),
      value: now.memoryRemainingBytes === null ? '—' : f.bytes(now.memoryRemainingBytes),
    },
    {
      key: 'send',
      label: t('job.transferRate'),
      value: perSecond(now.memoryBytesPerSecond),
    },
    {
      key: 'dirty',
      label: t('job.dirtyRate'),
      value: perSecond(now.dirtyBytesPerSecond),
    },
    ...(now.throttlePercent
      ? [
          {
            key: 'throttle',
            label: t('job.throttle'),
            value: f.percent(now.throttlePercent),
          },
        ]
      : []),
    {
      key: 'pages',
      label: t('job.pages'),
      value: f.count(now.normalPages),
      hint: size(now.normalPages),
    },
    {
      key: 'zero',
      label: t('job.zeroPages'),
      value: f.count(now.zeroPages),
      hint: size(now.zeroPages),
    },
    {
      key: 'pause',
      label: result ? t('job.pause') : t('job.expectedPause'),
      value: time(result ? result.downtimeMs : now.downtimeMs),
    },
    ...(!result && ends !== null
      ? [{ key: 'ends', label: t('job.expectedEnd'), value: f.clock(ends) }]
      : []),
    ...(now.postCopyRequests
      ? [
          {
            key: 'requests',
            label: t('job.postCopyRequests'),
            value: f.count(now.postCopyRequests),
          },
        ]
      : []),
    ...(now.compression
      ? [
          {
            key: 'compressed',
            label: t('job.compressed'),
            value: f.count(now.compression.pages),
            hint:
              now.compression.bytes === null ? undefined : f.bytes(now.compression.bytes),
          },
          {
            key: 'misses',
            label: t('job.cacheMisses'),
            value: f.count(now.compression.cacheMisses),
          },
        ]
      : []),
    ...(now.diskTotalBytes
      ? [
          {
            key: 'disks',
            label: t('job.disksLeft'),
            value: now.diskRemainingBytes === null ? '—' : f.bytes(now.diskRemainingBytes),
          },
        ]
      : []),
  ]
  return (
    <StatRow>
      {figures.map(({ key, label, value, hint }) => (
        <div key={key} data-testid={`figure-${key}`}>
          <Stat label={label} value={value} hint={hint} stale={stale} />
        </div>
      ))}
    </StatRow>
  )
}

/** The saw-tooth of what is left, and transfer against dirtying on one chart. */
function Charts({ series, stale }: { series: JobSeries; stale: boolean }) {
  const { t } = useMigrationWords()
  const kib = (column: string) =>
    (series.columns[column] ?? []).map((value) => (value === null ? null : value / 1024))
  const disks = kib('diskRemainingBytes')
  const withDisks = disks.some((value) => value !== null && value > 0)
  // The series thins out when it gets long: the holes are between its own points.
  const first = series.tMs[0] ?? 0
  const last = series.tMs.at(-1) ?? first
  const gapMs = Math.max(5_000, (4 * (last - first)) / Math.max(1, series.tMs.length))
  const shared = { tMs: series.tMs, stale, gapMs }
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <MigrationChart
        {...shared}
        title={t('job.leftChart')}
        unit="KiB"
        lines={[
          {
            key: 'left',
            label: t('job.leftMemory'),
            color: 'var(--color-chart-1)',
            values: kib('memoryRemainingBytes'),
            kind: 'area',
          },
          ...(withDisks
            ? [
                {
                  key: 'disks',
                  label: t('job.leftDisks'),
                  color: 'var(--color-chart-3)',
                  values: disks,
                },
              ]
            : []),
        ]}
      />
      <MigrationChart
        {...shared}
        title={t('job.rateChart')}
        unit="KiBps"
        lines={[
          {
            key: 'send',
            label: t('job.transferRate'),
            color: 'var(--color-chart-1)',
            values: kib('bytesPerSecond'),
          },
          {
            key: 'dirty',
            label: t('job.dirtyRate'),
            color: 'var(--color-chart-2)',
            values: kib('dirtyBytesPerSecond'),
          },
        ]}
      />
    </div>
  )
}

type TimeSeriesProps = ComponentProps<typeof LazyTimeSeriesChart>

function MigrationChart({
  title,
  lines,
  ...chart
}: Pick<TimeSeriesProps, 'tMs' | 'unit' | 'stale' | 'gapMs'> & {
  title: string
  lines: TimeSeriesProps['series']
}) {
  return (
    <Card title={title}>
      <LazyTimeSeriesChart
        {...chart}
        label={title}
        height={220}
        syncId="migration"
        series={lines}
      />
    </Card>
  )
}

function Steering({ detail: { steering } }: { detail: MigrationDetail }) {
  const { t, f } = useMigrationWords()
  if (steering.length === 0) return null
  return (
    <Card title={t('job.steering')}>
      <ul className="space-y-1 text-sm">
        {steering.map(({ atMs, by, control, value, error }) => (
          <li key={`${atMs} ${control}`} className="flex flex-wrap gap-x-2">
            <span className="text-muted font-mono text-xs">{f.clock(atMs)}</span>
            <bdi>{by}</bdi>
            <span>{t(`job.control.${control}`)}</span>
            {value && <span className="font-mono">{value}</span>}
            {error && <bdi className="text-danger">{error}</bdi>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
