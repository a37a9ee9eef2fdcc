'use client'

import { clsx } from 'clsx'
import { useId, type InputHTMLAttributes, type ReactNode } from 'react'
import { useTranslations } from 'use-intl/react'

import { useEarlyInput } from './use-early-input.ts'

export interface FieldIds {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

/** Label above, hint or error below. The error replaces nothing: the hint stays, it explains the error. */
export function Field({
  label,
  labelHidden = false,
  hint,
  error,
  required = false,
  className,
  children,
}: {
  label: ReactNode
  labelHidden?: boolean
  hint?: ReactNode
  error?: ReactNode
  required?: boolean
  className?: string
  children: (ids: FieldIds) => ReactNode
}) {
  const t = useTranslations('common')
  const id = useId()
  const hintId = `${id}-hint`
  const errorId = `${id}-error`
  const described = [error ? errorId : null, hint ? hintId : null].filter(Boolean).join(' ')
  return (
    <div className={clsx('min-w-0', className)}>
      <label
        htmlFor={id}
        className={clsx('mb-1 block text-sm font-medium', labelHidden && 'sr-only')}
      >
        {label}
        {required && <span className="text-faint ml-1.5 font-normal">{t('required')}</span>}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {error && (
        <p id={errorId} className="text-danger mt-1 text-xs">
          {error}
        </p>
      )}
      {hint && hint !== error && (
        <p id={hintId} className="text-muted mt-1 text-xs">
          {hint}
        </p>
      )}
    </div>
  )
}

export const inputClass =
  'bg-field border-line-strong placeholder:text-faint hover:border-faint focus:border-accent block w-full rounded border text-sm text-text transition-colors focus:outline-none focus-visible:ring-2 focus-visible:ring-accent-line aria-invalid:border-danger disabled:text-faint read-only:text-muted max-sm:text-[16px]'

export interface TextFieldProps extends Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'onChange' | 'value' | 'className'
> {
  label: ReactNode
  labelHidden?: boolean
  value: string
  onChange: (value: string) => void
  hint?: ReactNode
  error?: ReactNode
  mono?: boolean
  /** Inside the field at its end, such as a button or a unit. */
  trailing?: ReactNode
  leading?: ReactNode
  className?: string
}

export function TextField({
  label,
  labelHidden,
  value,
  onChange,
  hint,
  error,
  mono = false,
  trailing,
  leading,
  className,
  required,
  ...rest
}: TextFieldProps) {
  const early = useEarlyInput<HTMLInputElement>((element) => {
    if (element.value !== value && !rest.readOnly) onChange(element.value)
  })
  return (
    <Field
      label={label}
      labelHidden={labelHidden}
      hint={hint}
      error={error}
      required={required && !labelHidden}
      className={className}
    >
      {(ids) => (
        <div className="relative">
          {leading && (
            <span className="text-faint pointer-events-none absolute inset-y-0 left-2.5 flex items-center [&>svg]:size-3.5">
              {leading}
            </span>
          )}
          <input
            {...rest}
            {...ids}
            ref={early}
            aria-required={required || undefined}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={clsx(
              inputClass,
              'h-8 px-2.5',
              mono && 'font-mono',
              leading && 'pl-8',
              trailing && 'pr-9',
            )}
          />
          {trailing && (
            <span className="absolute inset-y-0 right-0 flex items-center">{trailing}</span>
          )}
        </div>
      )}
    </Field>
  )
}
