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
import type { ChartSeries, TimeSeriesChartProps } from './chart-types.ts'
import { chartRows, largest, newest } from './columns.ts'
import { formatClock } from './format.ts'
import { ticksNeedSeconds, timeTicks } from './ticks.ts'
import { unitScale, type Scale } from './unit-scale.ts'
import { useWidth } from './use-width.ts'

const axisTick = {
  fill: 'var(--color-faint)',
  fontSize: 11,
  fontFamily: 'var(--font-mono)',
}
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
    largest(shown.map((one) => one.values)),
    ...references.map((reference) => reference.value),
  )
  const scale = useMemo(() => unitScale(unit, max, locale), [unit, max, locale])

  const endMs = tMs.at(-1) ?? 0
  const startMs = windowSeconds === undefined ? (tMs[0] ?? 0) : endMs - windowSeconds * 1000
  const ticks = timeTicks(startMs, endMs, Math.max(2, Math.floor((width - 64) / 90)))
  const withSeconds = ticksNeedSeconds(ticks)
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
        className={clsx('min-w-0 overflow-hidden', stale && 'opacity-50')}
        style={{ height }}
      >
        {tMs.length === 0 ? (
          <p className="text-faint flex h-full items-center justify-center text-sm">
            {t('noData')}
          </p>
        ) : (
          width > 0 && (
            <ComposedChart width={width} height={height} data={rows} margin={margin}>
              <CartesianGrid stroke="var(--color-line)" vertical={false} />
              <XAxis
                dataKey="t"
                type="number"
                scale="time"
                domain={[startMs, endMs]}
                allowDataOverflow
                ticks={ticks}
                interval="preserveStartEnd"
                tickFormatter={(at: number) =>
                  formatClock(at, locale, { timeZone, seconds: withSeconds })
                }
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
                width={64}
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
              {shown.map((one) => drawSeries(one))}
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
                    clock={(at) => formatClock(at, locale, { timeZone })}
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
          valueOf={(one) => {
            const high = scale.valueLabel(newest(one.values))
            return one.low ? `${scale.valueLabel(newest(one.low))} – ${high}` : high
          }}
        />
      </figcaption>
    </figure>
  )
}

/** A band has two columns. */
function columnsOf(series: readonly ChartSeries[]) {
  return Object.fromEntries(
    series.flatMap((one) => [
      [one.key, one.values],
      ...(one.low ? [[lowKey(one), one.low]] : []),
    ]),
  ) as Record<string, readonly (number | null)[]>
}

function lowKey(one: ChartSeries): string {
  return `${one.key}:low`
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
  if (one.kind === 'band') {
    return (
      <Area
        key={one.key}
        {...common}
        type="linear"
        dataKey={(row: Record<string, number | null>) => {
          const [low, high] = [row[lowKey(one)] ?? null, row[one.key] ?? null]
          return low === null || high === null ? null : [low, high]
        }}
        stroke="none"
        activeDot={false}
        fill={one.color}
        fillOpacity={0.16}
      />
    )
  }
  return one.kind === 'area' ? (
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
  active,
  label,
  payload,
}: TooltipState & {
  clock: (atMs: number) => string
  series: readonly ChartSeries[]
  scale: Scale
  gap: string
}) {
  if (!active || typeof label !== 'number') return null
  const row = payload?.[0]?.payload
  return (
    <div className="bg-raised border-line-strong shadow-pop rounded border px-2.5 py-2 text-xs">
      <p className="tabular text-muted mb-1 font-mono">{clock(label)}</p>
      <ul className="space-y-0.5">
        {series.map((one) => {
          const value = row?.[one.key] ?? null
          const low = one.low ? (row?.[lowKey(one)] ?? null) : null
          return (
            <li key={one.key} className="flex items-center gap-2">
              <Swatch series={one} />
              <span className="text-muted mr-3">{one.label}</span>
              <span className="tabular ml-auto font-mono">
                {low !== null && `${scale.valueLabel(low)} – `}
                {value === null ? gap : scale.valueLabel(value)}
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
