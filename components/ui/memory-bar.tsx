import { clsx } from 'clsx'
import type { ReactNode } from 'react'

import { memorySegments, type MemoryFigures } from './memory-segments.ts'
import { toneFill, type Tone } from './tone.ts'

const heights = { sm: 'h-2', md: 'h-3', lg: 'h-5' }

/**
 * What a guest does with its memory, as one bar as wide as its maximum:
 *
 *   used │ cache │ free in the balloon ┊ beyond the balloon (hatched)
 *
 * with ticks for RSS, the safe floor and a wished target. `label` says all of it in words.
 */
export function MemoryBar({
  label,
  floorKiB,
  targetKiB,
  height = 'sm',
  stale = false,
  className,
  ...figures
}: MemoryFigures & {
  label: string
  floorKiB?: number | null
  targetKiB?: number | null
  height?: keyof typeof heights
  stale?: boolean
  className?: string
}) {
  const parts = memorySegments(figures)
  const scale = Math.max(figures.maximumKiB, figures.balloonKiB ?? 0, 1)
  const at = (kib: number) => `${Math.min(100, Math.max(0, (kib / scale) * 100))}%`
  return (
    <div
      role="img"
      aria-label={label}
      className={clsx(
        'bg-sunken relative w-full rounded-xs',
        heights[height],
        stale && 'opacity-45 grayscale',
        className,
      )}
    >
      <div className="border-line-strong/60 absolute inset-0 flex overflow-hidden rounded-xs border">
        <span className="bg-mem-used h-full" style={{ width: `${parts.used}%` }} />
        <span className="bg-mem-cache h-full" style={{ width: `${parts.cache}%` }} />
        <span className="bg-mem-free h-full" style={{ width: `${parts.free}%` }} />
        <span className="bg-neutral-soft h-full" style={{ width: `${parts.unknown}%` }} />
        <span className="hatched h-full flex-1" />
      </div>
      {parts.beyond > 0.5 && (
        <Tick at={`${100 - parts.beyond}%`} color="bg-mem-balloon" inset />
      )}
      {parts.rss !== null && <Tick at={`${parts.rss}%`} color="bg-mem-rss" />}
      {floorKiB !== undefined && floorKiB !== null && (
        <Tick at={at(floorKiB)} color="bg-danger" />
      )}
      {targetKiB !== undefined && targetKiB !== null && (
        <Tick at={at(targetKiB)} color="bg-text" />
      )}
    </div>
  )
}

function Tick({
  at,
  color,
  inset = false,
}: {
  at: string
  color: string
  inset?: boolean
}) {
  return (
    <span
      className={clsx(
        'absolute w-0.5 -translate-x-1/2 rounded-full',
        inset ? 'inset-y-0' : '-inset-y-0.5',
        color,
      )}
      style={{ left: at }}
    />
  )
}

export interface LegendItem {
  /** A CSS colour, such as `var(--color-mem-used)`; `hatched` for what is beyond the balloon. */
  color: string
  label: ReactNode
  value?: ReactNode
}

export function MemoryLegend({ items }: { items: readonly LegendItem[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {items.map((item, index) => (
        <li key={index} className="flex items-center gap-1.5">
          <span
            aria-hidden
            className={clsx(
              'border-line-strong/60 size-2 rounded-xs border',
              item.color === 'hatched' && 'hatched',
            )}
            style={item.color === 'hatched' ? undefined : { background: item.color }}
          />
          <span className="text-muted">{item.label}</span>
          {item.value && <span className="tabular font-mono">{item.value}</span>}
        </li>
      ))}
    </ul>
  )
}

/** How full something is. */
export function Meter({
  value,
  max,
  label,
  tone = 'accent',
  className,
}: {
  value: number | null
  max: number
  label: string
  tone?: Tone
  className?: string
}) {
  const share = value === null || !(max > 0) ? 0 : Math.min(1, Math.max(0, value / max))
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value ?? undefined}
      className={clsx('bg-line h-1.5 w-full overflow-hidden rounded-full', className)}
    >
      <div
        className={clsx('h-full', toneFill[tone])}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  )
}
