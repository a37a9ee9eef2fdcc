'use client'

import { clsx } from 'clsx'
import type { ReactNode } from 'react'

import { useEarlyInput } from './use-early-input.ts'

/** One of a few that stand side by side; the arrow keys move between them. */
export function Choice<Value extends string>({
  label,
  name,
  options,
  chosen,
  choose,
}: {
  label: string
  /** Of the group within the page. */
  name: string
  options: readonly { value: Value; label: ReactNode }[]
  chosen: Value
  choose: (value: Value) => unknown
}) {
  const early = useEarlyInput<HTMLFieldSetElement>((element) => {
    const checked = element.querySelector<HTMLInputElement>('input:checked')
    const option = options.find(({ value }) => value === checked?.value)
    if (option && option.value !== chosen) choose(option.value)
  })
  return (
    <fieldset
      ref={early}
      className="flex overflow-hidden rounded border"
      aria-label={label}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={clsx(
            'tabular focus-within:outline-accent cursor-pointer border-l px-2.5 py-1 text-xs whitespace-nowrap first:border-l-0 focus-within:outline-2 focus-within:-outline-offset-2',
            chosen === option.value
              ? 'bg-accent-soft text-accent'
              : 'text-muted hover:bg-hover hover:text-text',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={chosen === option.value}
            onChange={() => void choose(option.value)}
            className="sr-only"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
