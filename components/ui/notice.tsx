import { clsx } from 'clsx'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

import { toneText, type Tone } from './tone.ts'

const icons: Partial<Record<Tone, typeof Info>> = {
  ok: CircleCheck,
  warn: TriangleAlert,
  danger: CircleAlert,
}
/** A quiet frame with a strong edge: several of them on a page must not shout. */
const frames: Record<Tone, string> = {
  neutral: 'border-l-neutral',
  ok: 'border-l-ok',
  warn: 'border-l-warn',
  danger: 'border-l-danger',
  info: 'border-l-info',
  accent: 'border-l-accent',
}

/** Something one should know about this part of the page. */
export function Notice({
  tone = 'info',
  title,
  children,
  action,
  role,
  className,
}: {
  tone?: Tone
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  role?: 'alert' | 'status'
  className?: string
}) {
  const Icon = icons[tone] ?? Info
  return (
    <div
      role={role}
      className={clsx(
        'bg-raised border-line-strong flex gap-2.5 rounded border border-l-2 px-3 py-2.5 text-sm',
        frames[tone],
        className,
      )}
    >
      <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', toneText[tone])} />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className={clsx(title && 'text-muted mt-0.5')}>{children}</div>}
      </div>
      {action && <div className="flex shrink-0 items-center gap-2">{action}</div>}
    </div>
  )
}
