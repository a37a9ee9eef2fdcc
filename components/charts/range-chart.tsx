'use client'

import { PlainChart } from './plain-chart.tsx'
import type { PlainChartProps } from './plain-chart.tsx'

export interface RangePoint {
  x: number
  low: number
  high: number
  /** Drawn hollow: true, but less than one might think. */
  hollow?: boolean
}

/** A label needs so much room above its line; where there is less it stands below. */
const labelPx = 14

/** A curve through ranges that begins at zero. */
export function RangeChart({
  points,
  reference,
  height = 220,
  ...frame
}: Omit<PlainChartProps, 'height'> & {
  points: readonly RangePoint[]
  reference?: { value: number; label: string }
  height?: number
}) {
  const all = [{ x: 0, low: 0, high: 0 }, ...points]
  return (
    <PlainChart {...frame} height={height} xMax={Math.max(1, ...frame.xTicks)}>
      {({ x, y, left, right }) => {
        const path = (read: (point: RangePoint) => number, from = all) =>
          from.map((point) => `${x(point.x)},${y(read(point))}`).join(' ')
        return (
          <>
            {reference && (
              <g>
                <line
                  x1={left}
                  x2={right}
                  y1={y(reference.value)}
                  y2={y(reference.value)}
                  stroke="var(--color-chart-2)"
                  strokeDasharray="5 3"
                />
                <text
                  x={right}
                  y={y(reference.value) + (y(reference.value) < labelPx ? labelPx : -5)}
                  textAnchor="end"
                  className="fill-muted text-2xs"
                >
                  {reference.label}
                </text>
              </g>
            )}
            <polygon
              points={`${path(({ high }) => high)} ${path(({ low }) => low, all.toReversed())}`}
              fill="var(--color-chart-1)"
              fillOpacity="0.16"
            />
            <polyline
              points={path(({ low, high }) => (low + high) / 2)}
              fill="none"
              stroke="var(--color-chart-1)"
              strokeWidth="1.5"
            />
            {points.map((point) => (
              <g key={point.x} stroke="var(--color-chart-1)">
                <line
                  x1={x(point.x)}
                  x2={x(point.x)}
                  y1={y(point.low)}
                  y2={y(point.high)}
                  strokeWidth="1.5"
                />
                <circle
                  cx={x(point.x)}
                  cy={y((point.low + point.high) / 2)}
                  r="3.5"
                  strokeWidth="1.5"
                  fill={point.hollow ? 'var(--color-surface)' : 'var(--color-chart-1)'}
                />
              </g>
            ))}
          </>
        )
      }}
    </PlainChart>
  )
}
