'use client'

import { createContext, type ReactNode, useContext } from 'react'

import type { CreateFacts } from '../../server/contract/create.ts'
import { useT } from '../i18n/use-t.ts'
import { TextField } from '../ui/field.tsx'
import { Select, type SelectOption } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import { errorOf, type FieldError } from './field-errors.ts'
import { hasWord, read, setWord, write } from './form-options.ts'
import type { CreateState } from './use-create.ts'

interface Form {
  state: CreateState
  facts: CreateFacts | undefined
  /** The host did not give its facts; the page says why. */
  failed: boolean
  errors: readonly FieldError[]
}

const FormContext = createContext<Form | null>(null)
export const FormProvider = FormContext.Provider

/** @throws Error outside of the create page */
export function useForm(): Form {
  const form = useContext(FormContext)
  if (!form) throw new Error('FormProvider is missing above this component')
  return form
}

interface Bound {
  label: string
  option: string
  /** Of an option with sub-options. */
  field?: string
  /** Which use of an option that may be given several times. */
  nth?: number
  hint?: ReactNode
  className?: string
}

function useBound({
  option,
  field = null,
  nth = 0,
}: Pick<Bound, 'option' | 'nth'> & { field?: string | null }) {
  const { state, errors } = useForm()
  return {
    value: read(state.options, option, field, nth),
    set: (value: string) =>
      state.change((options) => write(options, value, option, field, nth)),
    error: errorOf(errors, option, field, nth),
  }
}

/** A text of one option. The name of the option stands beside the label: whoever looks learns it. */
export function OptionText({
  label,
  option,
  field,
  nth,
  hint,
  className,
  placeholder,
  unit,
  numeric = false,
  mono = false,
}: Bound & { placeholder?: string; unit?: string; numeric?: boolean; mono?: boolean }) {
  const { value, set, error } = useBound({ option, field, nth })
  return (
    <TextField
      label={<OptionLabel label={label} option={option} field={field} />}
      value={value}
      onChange={set}
      hint={hint}
      error={error}
      placeholder={placeholder}
      inputMode={numeric ? 'decimal' : undefined}
      mono={mono || numeric}
      autoComplete="off"
      spellCheck={false}
      trailing={unit && <span className="text-faint pr-2.5 text-xs">{unit}</span>}
      className={className}
    />
  )
}

/** One of a few values; '' = what comes by default. A value of the line that is not among them is shown too. */
export function OptionSelect({
  label,
  option,
  field,
  nth,
  hint,
  className,
  settled,
  options: given,
}: Bound & {
  options: readonly SelectOption<string>[]
  /** What the default comes to, where it is known. Left out: `options` have a '' of their own. */
  settled?: string | null
}) {
  const t = useT('create')
  const { value, set, error } = useBound({ option, field, nth })
  const byDefault =
    value === '' && settled ? t('default', { value: settled }) : t('byDefault')
  const options =
    settled === undefined ? given : [{ value: '', label: byDefault }, ...given]
  const known = options.some((one) => one.value === value)
  return (
    <Select
      label={<OptionLabel label={label} option={option} field={field} />}
      value={value}
      onChange={set}
      options={known ? options : [...options, { value, label: value }]}
      hint={hint}
      error={error}
      className={className}
    />
  )
}

/** A switch of the line, such as --autostart, or a word of an option, such as --boot uefi. */
export function OptionSwitch({
  label,
  option,
  word,
  hint,
}: {
  label: string
  option: string
  word?: string
  hint?: ReactNode
}) {
  const { state, errors } = useForm()
  const { options } = state
  const on = word
    ? hasWord(options, option, word)
    : options.uses.some((use) => use.option === option)
  return (
    <Switch
      label={<OptionLabel label={label} option={option} field={word} />}
      checked={on}
      hint={hint}
      error={errorOf(errors, option, word ?? null, 0)}
      onChange={(checked) =>
        state.change((now) => {
          if (word) return setWord(now, option, word, checked)
          const uses = now.uses.filter((use) => use.option !== option)
          return { uses: checked ? [...uses, { option, value: null, fields: [] }] : uses }
        })
      }
    />
  )
}

export function OptionLabel({
  label,
  option,
  field,
}: {
  label: string
  option: string
  field?: string
}) {
  return (
    <>
      {label}{' '}
      <span aria-hidden className="text-faint ml-1 font-mono text-2xs font-normal">
        --{option}
        {field && ` ${field}`}
      </span>
    </>
  )
}
