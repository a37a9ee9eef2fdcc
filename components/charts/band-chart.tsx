'use client'

import { useWidth } from './use-width.ts'

/** One place on the x axis; null = not there any more. */
export interface BandPoint {
  x: number
  low: number | null
  likely: number | null
  high: number | null
}

const edge = { top: 10, right: 12, bottom: 26, left: 64 }

/** A line with the band in which it may lie, and another line to hold against it. Plain SVG. */
export function BandChart({
  label,
  points,
  actual = [],
  xTicks,
  yTicks,
  xLabel,
  yLabel,
  height = 200,
}: {
  /** What is shown, for those who cannot see it. */
  label: string
  points: readonly BandPoint[]
  /** What came in fact. */
  actual?: readonly { x: number; y: number }[]
  xTicks: readonly number[]
  yTicks: readonly number[]
  xLabel: (x: number) => string
  yLabel: (y: number) => string
  height?: number
}) {
  const [box, width] = useWidth()
  const xMax = Math.max(
    1e-9,
    ...points.map((point) => point.x),
    ...actual.map((point) => point.x),
  )
  const yMax = Math.max(1e-9, ...yTicks)
  const x = (value: number) =>
    edge.left + (value / xMax) * Math.max(1, width - edge.left - edge.right)
  const y = (value: number) =>
    height - edge.bottom - (value / yMax) * (height - edge.top - edge.bottom)
  const at = (read: 'low' | 'likely' | 'high', from: readonly BandPoint[]) =>
    from
      .filter((point) => point[read] !== null)
      .map((point) => `${x(point.x)},${y(point[read] ?? 0)}`)
      .join(' ')
  const banded = points.filter(({ low, high }) => low !== null && high !== null)
  return (
    <div ref={box} className="min-w-0 overflow-hidden" style={{ height }}>
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height}>
          {yTicks.map((tick) => (
            <g key={tick}>
              <line
                x1={edge.left}
                x2={width - edge.right}
                y1={y(tick)}
                y2={y(tick)}
                stroke="var(--color-line)"
              />
              <text
                x={edge.left - 8}
                y={y(tick) + 4}
                textAnchor="end"
                className="fill-faint font-mono text-2xs"
              >
                {yLabel(tick)}
              </text>
            </g>
          ))}
          {xTicks
            .filter((tick) => tick <= xMax)
            .map((tick) => (
              <text
                key={tick}
                x={x(tick)}
                y={height - 8}
                textAnchor={x(tick) > width - 40 ? 'end' : 'middle'}
                className="fill-faint font-mono text-2xs"
              >
                {xLabel(tick)}
              </text>
            ))}
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
        </svg>
      )}
    </div>
  )
}
