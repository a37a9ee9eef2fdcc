'use client'

import { clsx } from 'clsx'
import { Check, Minus } from 'lucide-react'
import { useId, type ReactNode } from 'react'

import { Tooltip } from './tooltip.tsx'
import { useEarlyInput } from './use-early-input.ts'

export interface ToggleProps {
  label: ReactNode
  labelHidden?: boolean
  checked: boolean
  onChange: (checked: boolean) => void
  hint?: ReactNode
  blocked?: ReactNode
  className?: string
}

export function Checkbox({
  label,
  labelHidden = false,
  checked,
  onChange,
  hint,
  blocked,
  indeterminate = false,
  className,
}: ToggleProps & { indeterminate?: boolean }) {
  const id = useId()
  const isBlocked = blocked !== undefined && blocked !== null && blocked !== false
  const earlyRef = useEarlyInput<HTMLInputElement>((element) => {
    if (element.checked !== checked && !isBlocked) onChange(element.checked)
  })
  const Mark = indeterminate ? Minus : Check
  const input = (
    <input
      id={id}
      type="checkbox"
      checked={checked}
      ref={(node) => {
        earlyRef.current = node
        if (node) node.indeterminate = indeterminate
      }}
      aria-disabled={isBlocked || undefined}
      aria-describedby={hint ? `${id}-hint` : undefined}
      onChange={(event) => {
        if (!isBlocked) onChange(event.target.checked)
      }}
      className="peer border-line-strong bg-sunken checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent aria-disabled:border-line aria-disabled:checked:bg-neutral size-4 appearance-none rounded-sm border"
    />
  )
  return (
    <div className={clsx('flex gap-2.5', className)}>
      <span className="relative mt-0.5 flex size-4 shrink-0">
        {isBlocked ? <Tooltip content={blocked}>{input}</Tooltip> : input}
        <Mark
          aria-hidden
          strokeWidth={3}
          className="text-accent-text pointer-events-none absolute inset-0 m-auto hidden size-3 peer-checked:block peer-indeterminate:block"
        />
      </span>
      <span className={clsx('min-w-0', labelHidden && 'sr-only')}>
        <label htmlFor={id} className={clsx('text-sm', isBlocked && 'text-faint')}>
          {label}
        </label>
        {hint && (
          <span id={`${id}-hint`} className="text-muted block text-xs">
            {hint}
          </span>
        )}
      </span>
    </div>
  )
}
