'use client'

import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'

import { Field, inputClass } from './field.tsx'
import { Tooltip } from './tooltip.tsx'
import { useEarlyInput } from './use-early-input.ts'

export interface SelectOption<T extends string> {
  value: T
  label: string
  disabled?: boolean
}

/** The browser's own select: the best keyboard and touch behaviour there is, for no script. */
export function Select<T extends string>({
  label,
  labelHidden = false,
  value,
  onChange,
  options,
  hint,
  error,
  size = 'md',
  blocked,
  className,
}: {
  label: ReactNode
  labelHidden?: boolean
  value: T
  onChange: (value: T) => void
  options: readonly SelectOption<T>[]
  hint?: ReactNode
  error?: ReactNode
  size?: 'sm' | 'md'
  blocked?: ReactNode
  className?: string
}) {
  const isBlocked = blocked !== undefined && blocked !== null && blocked !== false
  function choose(text: string) {
    const chosen = options.find((option) => option.value === text)
    if (chosen && !isBlocked) onChange(chosen.value)
  }
  const early = useEarlyInput<HTMLSelectElement>((element) => {
    // Where the value is no option (yet), the browser shows the first: nobody chose that.
    const all = [...element.options]
    const drawn =
      all.find(({ defaultSelected }) => defaultSelected) ??
      all.find(({ disabled }) => !disabled)
    if (drawn && drawn.value !== element.value) choose(element.value)
  })
  return (
    <Field
      label={label}
      labelHidden={labelHidden}
      hint={hint}
      error={error}
      className={className}
    >
      {(ids) => {
        const select = (
          <select
            {...ids}
            ref={early}
            aria-disabled={isBlocked || undefined}
            value={value}
            onChange={(event) => choose(event.target.value)}
            className={clsx(
              inputClass,
              'appearance-none pr-7 pl-2.5',
              size === 'sm' ? 'h-7 text-xs' : 'h-8',
              isBlocked && 'text-faint! cursor-not-allowed',
            )}
          >
            {options.map((option) => (
              <option
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="bg-raised text-text"
              >
                {option.label}
              </option>
            ))}
          </select>
        )
        return (
          <div className="relative">
            {isBlocked ? <Tooltip content={blocked}>{select}</Tooltip> : select}
            <ChevronDown
              aria-hidden
              className="text-faint pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2"
            />
          </div>
        )
      }}
    </Field>
  )
}
