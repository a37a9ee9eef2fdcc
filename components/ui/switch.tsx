'use client'

import { clsx } from 'clsx'
import { type ReactNode, useId } from 'react'

import type { ToggleProps } from './checkbox.tsx'
import { Tooltip } from './tooltip.tsx'

/** On or off, in force at once. */
export function Switch({
  label,
  labelHidden = false,
  checked,
  onChange,
  hint,
  error,
  blocked,
  className,
}: ToggleProps & { error?: ReactNode }) {
  const id = useId()
  const isBlocked = blocked !== undefined && blocked !== null && blocked !== false
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  const button = (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-labelledby={id}
      aria-describedby={described || undefined}
      aria-disabled={isBlocked || undefined}
      onClick={() => {
        if (!isBlocked) onChange(!checked)
      }}
      className={clsx(
        'relative mt-0.5 h-4 w-7 shrink-0 rounded-full border transition-colors',
        checked ? 'border-accent bg-accent' : 'border-line-strong bg-sunken',
        isBlocked && 'opacity-60',
      )}
    >
      <span
        className={clsx(
          'absolute top-1/2 size-2.5 -translate-y-1/2 rounded-full transition-[left]',
          checked ? 'bg-accent-text left-3.5' : 'bg-faint left-0.5',
        )}
      />
    </button>
  )
  return (
    <div className={clsx('flex gap-2.5', className)}>
      {isBlocked ? <Tooltip content={blocked}>{button}</Tooltip> : button}
      <span className={clsx('min-w-0', labelHidden && 'sr-only')}>
        <span id={id} className="text-sm">
          {label}
        </span>
        {error && (
          <span id={`${id}-error`} className="text-danger block text-xs">
            {error}
          </span>
        )}
        {hint && (
          <span id={`${id}-hint`} className="text-muted block text-xs">
            {hint}
          </span>
        )}
      </span>
    </div>
  )
}
