import { clsx } from 'clsx'
import type { ReactNode } from 'react'

import { toneText, type Tone } from './tone.ts'

/** One figure: small label, large value, its unit smaller. */
export function Stat({
  label,
  value,
  unit,
  hint,
  tone,
  stale = false,
  className,
}: {
  label: ReactNode
  value: ReactNode
  unit?: ReactNode
  hint?: ReactNode
  tone?: Tone
  stale?: boolean
  className?: string
}) {
  return (
    <div className={clsx('min-w-0', className)}>
      <dt className="label-caps truncate">{label}</dt>
      <dd
        className={clsx(
          'tabular mt-0.5 font-mono text-lg',
          tone && toneText[tone],
          stale && 'text-faint',
        )}
      >
        {value}
        {unit && <span className="text-muted ml-1 text-xs">{unit}</span>}
      </dd>
      {hint && <dd className="text-muted text-xs">{hint}</dd>}
    </div>
  )
}

/** Figures side by side, with thin lines between; two a row on a phone, where a last odd one has its row. */
export function StatRow({
  children,
  className,
}: {
  children: ReactNode
  className?: string
}) {
  return (
    <dl
      className={clsx(
        'bg-line grid grid-cols-2 gap-px overflow-hidden rounded border sm:flex sm:[&>*]:flex-1',
        '[&>*]:bg-surface [&>*]:px-4 [&>*]:py-3 [&>:last-child:nth-child(odd)]:col-span-2',
        className,
      )}
    >
      {children}
    </dl>
  )
}
