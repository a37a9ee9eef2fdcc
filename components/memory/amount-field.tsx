'use client'

import type { ReactNode } from 'react'
import { useState } from 'react'

import { useT } from '../i18n/use-t.ts'
import { TextField } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { amountText, amountUnits, type AmountUnit, parseAmount, unitFor } from './amount.ts'

/** An amount of memory as a number and its unit. While one types, the text is the person's own. */
export function AmountField({
  label,
  valueKiB,
  maximumKiB,
  onChange,
  blocked,
}: {
  label: string
  valueKiB: number
  maximumKiB: number
  /** null: what stands there is no amount. */
  onChange: (kib: number | null) => void
  blocked?: ReactNode
}) {
  const t = useT('memory')
  const [unit, setUnit] = useState<AmountUnit>(() => unitFor(maximumKiB))
  const [typed, setTyped] = useState<string | null>(null)
  const wrong = typed !== null && parseAmount(typed, unit) === null
  return (
    <div className="flex items-end gap-1.5">
      <TextField
        label={label}
        mono
        inputMode="decimal"
        autoComplete="off"
        className="w-28"
        readOnly={blocked !== undefined}
        value={typed ?? amountText(valueKiB, unit)}
        error={wrong ? t('target.amountWrong') : undefined}
        onChange={(text) => {
          setTyped(text)
          onChange(parseAmount(text, unit))
        }}
        onBlur={() => {
          if (!wrong) setTyped(null)
        }}
      />
      <Select
        label={t('target.unit')}
        labelHidden
        value={unit}
        onChange={(next) => {
          setUnit(next)
          setTyped(null)
          onChange(valueKiB)
        }}
        options={amountUnits.map((value) => ({ value, label: value }))}
        className="w-20"
      />
    </div>
  )
}
