'use client'

import { clsx } from 'clsx'
import { useId, type KeyboardEvent, type ReactNode } from 'react'

import { nearestStep, sliderFraction, sliderKey } from './slider-steps.ts'
import { useEarlyInput } from './use-early-input.ts'

export interface SliderTick {
  value: number
  label?: ReactNode
}

export interface SliderProps {
  label: string
  labelHidden?: boolean
  value: number
  onChange: (value: number) => void
  /** When the person lets go: mouse up, or after a key. */
  onCommit?: (value: number) => void
  min: number
  max: number
  step: number
  /** For Page Up and Page Down; ten steps without it. */
  largeStep?: number
  /** A stretch that is not forbidden but warned of, drawn red on the track. */
  danger?: { from: number; to: number; label: string }
  ticks?: readonly SliderTick[]
  /** The value in words, for the screen reader. */
  valueText: (value: number) => string
  blocked?: ReactNode
  className?: string
}

const thumbPx = 16

/** The browser's range input over a track of our own, so that keys, touch and assistive tech just work. */
export function Slider({
  label,
  labelHidden = true,
  value,
  onChange,
  onCommit,
  min,
  max,
  step,
  largeStep = step * 10,
  danger,
  ticks = [],
  valueText,
  blocked,
  className,
}: SliderProps) {
  const id = useId()
  const isBlocked = blocked !== undefined && blocked !== null && blocked !== false
  const percent = (at: number) => `${sliderFraction(at, min, max) * 100}%`
  const inDanger = danger && value >= danger.from && value < danger.to

  function moveTo(at: number) {
    if (!isBlocked) onChange(nearestStep(at, min, max, step))
  }
  const early = useEarlyInput<HTMLInputElement>((element) => {
    const at = Number(element.value)
    // The browser itself draws a value that is out of range at the end of the range.
    if (at !== Math.min(max, Math.max(min, value))) moveTo(at)
  })

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    const next = sliderKey(event.key, { value, min, max, step, largeStep })
    if (next === null) return
    event.preventDefault()
    if (!isBlocked) onChange(next)
  }

  return (
    <div className={clsx('min-w-0', className)}>
      <label htmlFor={id} className={clsx('text-sm font-medium', labelHidden && 'sr-only')}>
        {label}
      </label>
      <div className="relative h-6">
        {danger && danger.to > danger.from && (
          <div
            className="pointer-events-none absolute inset-y-0"
            style={{ insetInline: thumbPx / 2 }}
          >
            <div
              data-slider-danger
              title={danger.label}
              className="border-danger bg-danger-soft absolute top-1/2 h-3.5 -translate-y-1/2 rounded-l-sm border-r-2"
              style={{
                left: percent(danger.from),
                width: `calc(${percent(danger.to)} - ${percent(danger.from)})`,
                backgroundImage:
                  'repeating-linear-gradient(-45deg, var(--color-danger-line) 0 1px, transparent 1px 4px)',
              }}
            />
          </div>
        )}
        {/* The track ends where the middle of the thumb can go. */}
        <div
          className="bg-line absolute top-1/2 h-1.5 -translate-y-1/2 overflow-hidden rounded-full"
          style={{ insetInline: thumbPx / 2 }}
        >
          <div
            className={clsx(
              'absolute inset-y-0 left-0',
              isBlocked ? 'bg-line-strong' : inDanger ? 'bg-danger' : 'bg-accent',
            )}
            style={{ width: percent(value) }}
          />
        </div>
        <input
          id={id}
          ref={early}
          type="range"
          min={min}
          max={max}
          // Snapping is ours: the browser would make a maximum between two steps unreachable.
          step="any"
          value={value}
          aria-valuetext={valueText(value)}
          aria-disabled={isBlocked || undefined}
          aria-describedby={danger || isBlocked ? `${id}-note` : undefined}
          onChange={(event) => moveTo(Number(event.target.value))}
          onPointerUp={() => onCommit?.(value)}
          onKeyDown={onKeyDown}
          onKeyUp={() => onCommit?.(value)}
          className={clsx(
            'slider-input absolute inset-0 m-0 w-full',
            isBlocked && 'cursor-not-allowed',
            inDanger && 'slider-danger',
          )}
        />
        <span id={`${id}-note`} hidden>
          {isBlocked ? blocked : danger?.label}
        </span>
      </div>
      {ticks.length > 0 && (
        <div aria-hidden className="relative h-7" style={{ marginInline: thumbPx / 2 }}>
          {ticks.map((tick) => {
            const fraction = sliderFraction(tick.value, min, max)
            return (
              <div
                key={tick.value}
                className="absolute top-0 flex flex-col"
                style={{
                  left: `${fraction * 100}%`,
                  transform: `translateX(-${fraction < 0.04 ? 0 : fraction > 0.96 ? 100 : 50}%)`,
                  alignItems:
                    fraction < 0.04
                      ? 'flex-start'
                      : fraction > 0.96
                        ? 'flex-end'
                        : 'center',
                }}
              >
                <span className="bg-line-strong h-1.5 w-px" />
                <span className="text-faint tabular font-mono text-2xs whitespace-nowrap">
                  {tick.label}
                </span>
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}
