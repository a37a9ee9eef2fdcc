'use client'

import type { ReactNode } from 'react'

import { roomyTicks } from './ticks.ts'
import { useWidth } from './use-width.ts'

const edge = { top: 10, right: 12, bottom: 26, left: 64 }

/** Where a value lies in the drawing, and what its edges are; CSS px. */
export interface PlainScale {
  x: (value: number) => number
  y: (value: number) => number
  left: number
  right: number
}

/** What every chart in plain SVG has: a name, both axes from zero, and a curve's place on them. */
export interface PlainChartProps {
  /** What is shown, for those who cannot see it. */
  label: string
  xTicks: readonly number[]
  yTicks: readonly number[]
  xLabel: (x: number) => string
  yLabel: (y: number) => string
  height: number
}

/** The frame of a chart of few points, without the weight of a chart library. */
export function PlainChart({
  label,
  xMax,
  xTicks,
  yTicks,
  xLabel,
  yLabel,
  height,
  children,
}: PlainChartProps & { xMax: number; children: (scale: PlainScale) => ReactNode }) {
  const [box, width] = useWidth()
  const yMax = Math.max(1e-9, ...yTicks)
  const x = (value: number) =>
    edge.left + (value / xMax) * Math.max(1, width - edge.left - edge.right)
  const y = (value: number) =>
    height - edge.bottom - (value / yMax) * (height - edge.top - edge.bottom)
  const scale = { x, y, left: edge.left, right: width - edge.right }
  return (
    <div ref={box} className="min-w-0 overflow-hidden" style={{ height }}>
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height}>
          {yTicks.map((tick) => (
            <g key={tick}>
              <line
                x1={scale.left}
                x2={scale.right}
                y1={y(tick)}
                y2={y(tick)}
                stroke="var(--color-line)"
              />
              <text
                x={scale.left - 8}
                y={y(tick) + 4}
                textAnchor="end"
                className="fill-faint font-mono text-2xs"
              >
                {yLabel(tick)}
              </text>
            </g>
          ))}
          {roomyTicks(
            xTicks.filter((tick) => tick <= xMax),
            x,
            xLabel,
          ).map((tick) => (
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
          {children(scale)}
        </svg>
      )}
    </div>
  )
}
