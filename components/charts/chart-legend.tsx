'use client'

import { clsx } from 'clsx'
import { useTranslations } from 'use-intl/react'

import type { ChartSeries } from './chart-types.ts'

/** One button a series: its newest value, and whether it is drawn. */
export function ChartLegend({
  series,
  hidden,
  onToggle,
  valueOf,
}: {
  series: readonly ChartSeries[]
  hidden: ReadonlySet<string>
  onToggle: (key: string) => void
  valueOf: (series: ChartSeries) => string
}) {
  const t = useTranslations('common')
  return (
    <ul aria-label={t('legend')} className="flex flex-wrap gap-x-1 gap-y-0.5">
      {series.map((one) => {
        const shown = !hidden.has(one.key)
        return (
          <li key={one.key}>
            <button
              type="button"
              aria-pressed={shown}
              onClick={() => onToggle(one.key)}
              className={clsx(
                'hover:bg-hover flex h-7 items-center gap-2 rounded px-2 text-xs',
                !shown && 'text-faint',
              )}
            >
              <Swatch series={one} shown={shown} />
              <span className={clsx(shown ? 'text-muted' : 'line-through')}>
                {one.label}
              </span>
              <span className="tabular font-mono">{valueOf(one)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

export function Swatch({ series, shown = true }: { series: ChartSeries; shown?: boolean }) {
  const color = shown ? series.color : 'var(--color-line-strong)'
  return (
    <svg aria-hidden width="14" height="10" className="shrink-0">
      {(series.kind === 'area' || series.kind === 'band') && (
        <rect y="5" width="14" height="5" fill={color} fillOpacity="0.3" />
      )}
      <line
        y1="5"
        y2="5"
        x2="14"
        stroke={color}
        strokeWidth="2"
        strokeDasharray={series.dashed ? '4 2' : undefined}
      />
    </svg>
  )
}
