'use client'

import { PlainChart } from './plain-chart.tsx'
import type { PlainChartProps } from './plain-chart.tsx'

/** One place on the x axis; null = not there any more. */
export interface BandPoint {
  x: number
  low: number | null
  likely: number | null
  high: number | null
}

/** A line with the band in which it may lie, and another line to hold against it. */
export function BandChart({
  points,
  actual = [],
  height = 200,
  ...frame
}: Omit<PlainChartProps, 'height'> & {
  points: readonly BandPoint[]
  /** What came in fact. */
  actual?: readonly { x: number; y: number }[]
  height?: number
}) {
  const xMax = Math.max(1e-9, ...points.map(({ x }) => x), ...actual.map(({ x }) => x))
  const banded = points.filter(({ low, high }) => low !== null && high !== null)
  return (
    <PlainChart {...frame} height={height} xMax={xMax}>
      {({ x, y }) => {
        const at = (read: 'low' | 'likely' | 'high', from: readonly BandPoint[]) =>
          from
            .filter((point) => point[read] !== null)
            .map((point) => `${x(point.x)},${y(point[read] ?? 0)}`)
            .join(' ')
        return (
          <>
            <polygon
              points={`${at('high', banded)} ${at('low', banded.toReversed())}`}
              fill="var(--color-chart-1)"
              fillOpacity="0.16"
            />
            <polyline
              points={at('likely', points)}
              fill="none"
              stroke="var(--color-chart-1)"
              strokeWidth="1.5"
            />
            {actual.length > 0 && (
              <polyline
                points={actual.map((point) => `${x(point.x)},${y(point.y)}`).join(' ')}
                fill="none"
                stroke="var(--color-chart-2)"
                strokeWidth="1.75"
              />
            )}
          </>
        )
      }}
    </PlainChart>
  )
}
