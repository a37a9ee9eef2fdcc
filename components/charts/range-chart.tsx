'use client'

import { useWidth } from './use-width.ts'

export interface RangePoint {
  x: number
  low: number
  high: number
  /** Drawn hollow: true, but less than one might think. */
  hollow?: boolean
}

const edge = { top: 10, right: 12, bottom: 26, left: 64 }

/** A curve through ranges that begins at zero: few points, drawn in plain SVG. */
export function RangeChart({
  label,
  points,
  xTicks,
  yTicks,
  xLabel,
  yLabel,
  reference,
  height = 220,
}: {
  /** What is shown, for those who cannot see it. */
  label: string
  points: readonly RangePoint[]
  xTicks: readonly number[]
  yTicks: readonly number[]
  xLabel: (x: number) => string
  yLabel: (y: number) => string
  reference?: { value: number; label: string }
  height?: number
}) {
  const [box, width] = useWidth()
  const xMax = Math.max(1, ...xTicks)
  const yMax = Math.max(1e-9, ...yTicks)
  const x = (value: number) =>
    edge.left + (value / xMax) * Math.max(1, width - edge.left - edge.right)
  const y = (value: number) =>
    height - edge.bottom - (value / yMax) * (height - edge.top - edge.bottom)
  const all = [{ x: 0, low: 0, high: 0 }, ...points]
  const path = (read: (point: RangePoint) => number, from = all) =>
    from.map((point) => `${x(point.x)},${y(read(point))}`).join(' ')
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
          {xTicks.map((tick) => (
            <text
              key={tick}
              x={x(tick)}
              y={height - 8}
              textAnchor="middle"
              className="fill-faint font-mono text-2xs"
            >
              {xLabel(tick)}
            </text>
          ))}
          {reference && (
            <g>
              <line
                x1={edge.left}
                x2={width - edge.right}
                y1={y(reference.value)}
                y2={y(reference.value)}
                stroke="var(--color-chart-2)"
                strokeDasharray="5 3"
              />
              <text
                x={width - edge.right}
                y={y(reference.value) - 5}
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
        </svg>
      )}
    </div>
  )
}
