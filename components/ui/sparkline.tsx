import { clsx } from 'clsx'
import { memo } from 'react'

import { extent, sparklinePath } from './sparkline-path.ts'

/** The last minute at a glance. Without `min` and `max` it is scaled to its own values, padded. */
export const Sparkline = memo(function Sparkline({
  values,
  min,
  max,
  width = 96,
  height = 20,
  label,
  color = 'var(--color-mem-used)',
  className,
}: {
  values: readonly (number | null)[]
  min?: number
  max?: number
  width?: number
  height?: number
  label: string
  color?: string
  className?: string
}) {
  const own = extent(values)
  if (!own)
    return (
      <span
        role="img"
        aria-label={label}
        className="text-faint inline-block"
        style={{ width }}
      >
        –
      </span>
    )
  const [low, high] = own
  // Noise of less than a few percent must not look like a mountain range.
  const room = Math.max((high - low) * 0.15, high * 0.02, 1)
  const path = sparklinePath(values, {
    width,
    height: height - 2,
    min: min ?? low - room,
    max: max ?? high + room,
  })
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 -1 ${width} ${height}`}
      preserveAspectRatio="none"
      className={clsx('block overflow-visible', className)}
    >
      <path
        d={path}
        fill="none"
        stroke={color}
        strokeWidth={1.25}
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
})
