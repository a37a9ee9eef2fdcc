'use client'

import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useMemo, useRef } from 'react'

import type { Annotation, SamplesQuery } from '../../server/contract/history.ts'
import type {
  ChartAnnotation,
  ChartSeries,
  TimeSeriesChartProps,
} from '../charts/chart-types.ts'
import { LazyTimeSeriesChart } from '../charts/chart.tsx'
import { downloadCsv, downloadPng, seriesCsv } from '../charts/export.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { useNowMs } from '../ui/relative-time.tsx'
import { InlineError } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { historyQueries, type Subject } from './history-queries.ts'
import type { ShownRange } from './use-time-range.ts'

type Metric = SamplesQuery['metrics'][number]
type Line = TimeSeriesChartProps['series'][number] & { key: Metric }

type HistoryChartProps = Omit<TimeSeriesChartProps, 'series' | 'span' | 'windowSeconds'> & {
  subject: Subject
  /** For the names of files. */
  name: string
  /** What they are of, in the names of files. */
  about?: string
  range: ShownRange
} & (
    | {
        /** The live lines, kept under their keys. */ series: readonly Line[]
        kept?: undefined
      }
    | {
        /** The live lines. */
        series: readonly ChartSeries[]
        /** The lines of the past, where they are other ones; without values. */
        kept: readonly Line[]
      }
  )

/**
 * A chart of the last minutes, live, or of any stretch of the past with the least and greatest of
 * each step. Drag to zoom, Shift and drag to pan, double click to go back.
 */
export function HistoryChart(props: HistoryChartProps) {
  const { subject, name, about = 'memory', range, series, kept: _, ...chart } = props
  const kept = props.kept === undefined ? props.series : props.kept
  const t = useT('history')
  const box = useRef<HTMLDivElement>(null)
  const metrics = useMemo(() => kept.map(({ key }) => key), [kept])
  const past = useQuery(historyQueries.samples(subject, metrics, range.span))
  const annotations = useAnnotations(subject, range)
  const read = range.span ? past.data : undefined
  const lines = useMemo(
    () =>
      range.span === null
        ? series
        : kept.map((line) => {
            const told = read?.metrics[line.key]
            return told
              ? { ...line, values: told.avg, band: { min: told.min, max: told.max } }
              : { ...line, values: [] }
          }),
    [series, kept, read, range.span],
  )
  const tMs = range.span ? (read?.tMs ?? []) : chart.tMs
  const stepMs = (read?.stepSeconds ?? 1) * 1000
  return (
    <div ref={box} aria-busy={range.span !== null && past.isFetching} className="relative">
      {range.span && past.isError && <InlineError problem={problemOf(past.error)} />}
      <LazyTimeSeriesChart
        {...chart}
        tMs={tMs}
        series={lines}
        span={range.span ?? undefined}
        windowSeconds={range.span ? undefined : range.windowSeconds}
        gapMs={range.span ? stepMs * 1.5 : chart.gapMs}
        stale={range.span === null && chart.stale}
        annotations={annotations}
        onSpan={range.show}
        onReset={range.reset}
        syncId="page"
      />
      <div className="flex items-center justify-between gap-2">
        <p className="text-faint text-xs">
          {range.span && read && <StepWords step={read.stepSeconds} />}
        </p>
        <Menu
          label={t('export')}
          trigger={<IconButton size="sm" quiet label={t('export')} icon={<Download />} />}
          items={[
            {
              key: 'csv',
              label: t('csv'),
              onSelect: () => downloadCsv(`${name}-${about}`, seriesCsv(tMs, lines)),
            },
            {
              key: 'png',
              label: t('png'),
              onSelect: () => {
                const drawing = box.current
                if (!drawing) return
                downloadPng(`${name}-${about}`, drawing).catch((error: unknown) =>
                  toast.problem(problemOf(error)),
                )
              },
            },
          ]}
        />
      </div>
    </div>
  )
}

function StepWords({ step }: { step: number }) {
  const t = useT('history')
  const f = useFormat()
  return t('step', { step: f.age(step) })
}

const colors: Record<Annotation['kind'], string> = {
  start: 'var(--color-ok)',
  stop: 'var(--color-faint)',
  resize: 'var(--color-accent)',
  pressure: 'var(--color-danger)',
  'migration-begin': 'var(--color-warn)',
  'migration-end': 'var(--color-warn)',
  'policy-take': 'var(--color-chart-6)',
  'policy-give': 'var(--color-chart-6)',
}

/** What happened in the stretch shown; while it is live, looked up anew every ten seconds. */
function useAnnotations(subject: Subject, range: ShownRange): ChartAnnotation[] {
  const t = useT('history')
  const f = useFormat()
  const nowMs = useNowMs()
  const toMs = Math.ceil((nowMs + 1) / 10_000) * 10_000
  const live = { fromMs: toMs - range.windowSeconds * 1000 - 10_000, toMs }
  const query = useQuery(historyQueries.annotations(subject, range.span ?? live))
  return useMemo(
    () =>
      (query.data?.annotations ?? []).map((one) => ({
        atMs: one.atMs,
        color: colors[one.kind],
        label: t(`happened.${one.kind}`, {
          name: one.name,
          from: f.kib(one.fromKiB),
          to: f.kib(one.targetKiB),
          source: one.fromHost ?? '',
          target: one.toHost ?? t('elsewhere'),
          outcome: one.outcome ?? '',
          time: f.dateTime(one.atMs),
        }),
      })),
    [query.data, t, f],
  )
}
