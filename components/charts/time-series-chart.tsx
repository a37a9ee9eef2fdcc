'use client'

import { clsx } from 'clsx'
import { useMemo, useState } from 'react'
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { useLocale, useTimeZone, useTranslations } from 'use-intl/react'

import { ChartLegend, Swatch } from './chart-legend.tsx'
import type { ChartAnnotation, ChartSeries, TimeSeriesChartProps } from './chart-types.ts'
import { chartRows, largest, newest } from './columns.ts'
import { formatTick } from './format-tick.ts'
import { nearestTick } from './nearest-tick.ts'
import { timeTicks } from './ticks.ts'
import { unitScale, type Scale } from './unit-scale.ts'
import { DragBox, useDragSpan } from './use-drag-span.tsx'
import { useWidth } from './use-width.ts'

const axisTick = {
  fill: 'var(--color-faint)',
  fontSize: 11,
  fontFamily: 'var(--font-mono)',
}
const axisWidth = 64
const margin = { top: 8, right: 28, bottom: 0, left: 0 }

/** Lines over time. It draws what it is given, without animation; cost is bounded by its width. */
export function TimeSeriesChart({
  label,
  tMs,
  series,
  unit,
  windowSeconds,
  yMax = 0,
  references = [],
  areas = [],
  height = 280,
  stale = false,
  gapMs = 5000,
  span,
  annotations = [],
  onSpan,
  onReset,
  syncId,
}: TimeSeriesChartProps) {
  const t = useTranslations('common')
  const locale = useLocale()
  const timeZone = useTimeZone()
  const [box, width] = useWidth()
  const [toggled, setToggled] = useState<ReadonlySet<string>>(
    () => new Set(series.filter((one) => one.hidden).map((one) => one.key)),
  )
  const shown = series.filter((one) => !toggled.has(one.key))
  const max = Math.max(
    yMax,
    largest(shown.flatMap((one) => [one.values, one.band?.max ?? []])),
    ...references.map((reference) => reference.value),
  )
  const scale = useMemo(() => unitScale(unit, max, locale), [unit, max, locale])

  const lastMs = tMs.at(-1) ?? 0
  const firstMs =
    windowSeconds === undefined ? (tMs[0] ?? 0) : lastMs - windowSeconds * 1000
  const { fromMs: startMs, toMs: endMs } = span ?? { fromMs: firstMs, toMs: lastMs }
  const ticks = timeTicks(startMs, endMs, Math.max(2, Math.floor((width - axisWidth) / 90)))
  const plot = { left: axisWidth, width: Math.max(1, width - axisWidth - margin.right) }
  const drag = useDragSpan({ plot, startMs, endMs, onSpan })
  const buckets = Math.max(50, Math.floor(width / 2))
  const rows = useMemo(
    () =>
      chartRows(tMs, columnsOf(series), {
        fromMs: startMs,
        buckets,
        gapMs,
      }),
    [tMs, series, startMs, buckets, gapMs],
  )

  function toggle(key: string) {
    const next = new Set(toggled)
    if (!next.delete(key)) next.add(key)
    setToggled(next)
  }

  return (
    <figure aria-label={label} className="min-w-0">
      <div
        ref={box}
        data-chart
        {...drag.handlers}
        onDoubleClick={onReset}
        className={clsx(
          'relative min-w-0 overflow-hidden',
          stale && 'opacity-50',
          onSpan && 'cursor-crosshair touch-pan-y select-none',
        )}
        style={{ height }}
      >
        {drag.box && <DragBox {...drag.box} />}
        {tMs.length === 0 ? (
          <p className="text-faint flex h-full items-center justify-center text-sm">
            {t('noData')}
          </p>
        ) : (
          width > 0 && (
            <ComposedChart
              width={width}
              height={height}
              data={rows}
              margin={margin}
              syncId={syncId}
              syncMethod={nearestTick}
            >
              <CartesianGrid stroke="var(--color-line)" vertical={false} />
              <XAxis
                dataKey="t"
                type="number"
                scale="time"
                domain={[startMs, endMs]}
                allowDataOverflow
                ticks={ticks}
                interval="preserveStartEnd"
                tickFormatter={(at: number) => formatTick(at, locale, { timeZone, ticks })}
                tick={axisTick}
                tickLine={false}
                axisLine={{ stroke: 'var(--color-line-strong)' }}
                minTickGap={8}
              />
              <YAxis
                domain={[scale.bottom, scale.top]}
                ticks={scale.ticks}
                interval={0}
                tickFormatter={scale.tickLabel}
                tick={axisTick}
                tickLine={false}
                axisLine={false}
                width={axisWidth}
              />
              {areas.map((area) => (
                <ReferenceArea
                  key={area.label}
                  y1={area.from}
                  y2={area.to}
                  fill={area.color}
                  fillOpacity={0.1}
                  stroke="none"
                  ifOverflow="hidden"
                />
              ))}
              {shown.map((one) => one.band && drawBand(one))}
              {shown.map((one) => drawSeries(one))}
              {annotations.map((mark) => (
                <ReferenceLine
                  key={`${mark.atMs} ${mark.label}`}
                  x={mark.atMs}
                  stroke={mark.color}
                  strokeDasharray="2 2"
                  ifOverflow="hidden"
                />
              ))}
              {references.map((reference) => (
                <ReferenceLine
                  key={reference.label}
                  y={reference.value}
                  stroke={reference.color}
                  strokeDasharray={reference.dashed ? '5 3' : undefined}
                  ifOverflow="hidden"
                  label={{
                    value: reference.label,
                    position: 'insideBottomRight',
                    fill: reference.color,
                    fontSize: 11,
                  }}
                />
              ))}
              <Tooltip
                isAnimationActive={false}
                cursor={{ stroke: 'var(--color-line-strong)' }}
                content={
                  <ValuesAt
                    clock={(at) => formatTick(at, locale, { timeZone, ticks, full: true })}
                    annotations={annotations}
                    nearMs={((endMs - startMs) / plot.width) * 6}
                    series={shown}
                    scale={scale}
                    gap={t('gap')}
                  />
                }
              />
            </ComposedChart>
          )
        )}
      </div>
      <figcaption className="mt-1">
        <ChartLegend
          series={series}
          hidden={toggled}
          onToggle={toggle}
          valueOf={(one) => scale.valueLabel(newest(one.values))}
        />
      </figcaption>
    </figure>
  )
}

const bandOf = (key: string) => ({ min: `${key}:min`, max: `${key}:max` })

function columnsOf(series: readonly ChartSeries[]) {
  const columns: Record<string, readonly (number | null)[]> = {}
  for (const { key, values, band } of series) {
    columns[key] = values
    if (!band) continue
    columns[bandOf(key).min] = band.min
    columns[bandOf(key).max] = band.max
  }
  return columns
}

function drawBand({ key, color }: ChartSeries) {
  const { min, max } = bandOf(key)
  return (
    <Area
      key={`${key} band`}
      type="linear"
      dataKey={(row: Record<string, number | null>) => {
        const [low, high] = [row[min], row[max]]
        return typeof low === 'number' && typeof high === 'number' ? [low, high] : null
      }}
      stroke="none"
      fill={color}
      fillOpacity={0.22}
      activeDot={false}
      connectNulls={false}
      isAnimationActive={false}
      tooltipType="none"
    />
  )
}

function drawSeries(one: ChartSeries) {
  const common = {
    dataKey: one.key,
    stroke: one.color,
    strokeWidth: 1.5,
    strokeDasharray: one.dashed ? '5 3' : undefined,
    dot: false,
    activeDot: { r: 3, strokeWidth: 0, fill: one.color },
    connectNulls: false,
    isAnimationActive: false,
  } as const
  return one.kind === 'area' && !one.band ? (
    <Area key={one.key} {...common} type="linear" fill={one.color} fillOpacity={0.16} />
  ) : (
    <Line key={one.key} {...common} type="linear" />
  )
}

/** What recharts hands to the content of a tooltip, as far as it is used here. */
interface TooltipState {
  active?: boolean
  label?: unknown
  payload?: readonly { payload?: Record<string, number | null> }[]
}

function ValuesAt({
  clock,
  series,
  scale,
  gap,
  annotations,
  nearMs,
  active,
  label,
  payload,
}: TooltipState & {
  clock: (atMs: number) => string
  series: readonly ChartSeries[]
  scale: Scale
  gap: string
  annotations: readonly ChartAnnotation[]
  nearMs: number
}) {
  if (!active || typeof label !== 'number') return null
  const row = payload?.[0]?.payload
  const happened = annotations.filter((mark) => Math.abs(mark.atMs - label) <= nearMs)
  return (
    <div className="bg-raised border-line-strong shadow-pop rounded border px-2.5 py-2 text-xs">
      <p className="tabular text-muted mb-1 font-mono">{clock(label)}</p>
      <ul className="space-y-0.5">
        {series.map((one) => {
          const value = row?.[one.key] ?? null
          return (
            <li key={one.key} className="flex items-center gap-2">
              <Swatch series={one} />
              <span className="text-muted mr-3">{one.label}</span>
              <span className="tabular ml-auto font-mono">
                {value === null ? gap : scale.valueLabel(value)}
                {one.band && value !== null && (
                  <span className="text-faint ml-2">
                    {scale.valueLabel(row?.[bandOf(one.key).min] ?? null)} –{' '}
                    {scale.valueLabel(row?.[bandOf(one.key).max] ?? null)}
                  </span>
                )}
              </span>
            </li>
          )
        })}
      </ul>
      {happened.length > 0 && (
        <ul className="mt-1.5 space-y-0.5 border-t pt-1.5">
          {happened.map((mark) => (
            <li key={`${mark.atMs} ${mark.label}`} style={{ color: mark.color }}>
              {mark.label}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
