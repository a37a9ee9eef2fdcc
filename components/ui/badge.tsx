import { clsx } from 'clsx'
import type { ReactNode } from 'react'

import { toneFill, toneSoft, toneText, type Tone } from './tone.ts'

export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: Tone
  icon?: ReactNode
  children: ReactNode
}) {
  return (
    <span
      className={clsx(
        'inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-2xs font-medium whitespace-nowrap [&>svg]:size-3',
        toneSoft[tone],
      )}
    >
      {icon}
      {children}
    </span>
  )
}

/** A state: a dot and its word, so that colour is never the only sign. `pulse`: it is changing. */
export function StateBadge({
  tone,
  label,
  pulse = false,
  className,
}: {
  tone: Tone
  label: string
  pulse?: boolean
  className?: string
}) {
  return (
    <span
      className={clsx(
        'inline-flex items-baseline gap-1.5 text-xs whitespace-nowrap',
        toneText[tone],
        className,
      )}
    >
      <span
        aria-hidden
        className={clsx(
          'size-1.5 shrink-0 self-center rounded-full',
          toneFill[tone],
          pulse && 'animate-pulse-soft',
        )}
      />
      {label}
    </span>
  )
}
