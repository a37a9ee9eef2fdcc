import { clsx } from 'clsx'
import type { ReactNode } from 'react'

/** A bordered part of a page. With a title it is a section with a heading of its own. */
export function Card({
  title,
  meta,
  actions,
  padded = true,
  className,
  children,
}: {
  title?: ReactNode
  meta?: ReactNode
  actions?: ReactNode
  padded?: boolean
  className?: string
  children: ReactNode
}) {
  return (
    <section className={clsx('bg-surface min-w-0 rounded border', className)}>
      {(title || actions) && <CardHeader title={title} meta={meta} actions={actions} />}
      <div className={clsx(padded && 'p-4')}>{children}</div>
    </section>
  )
}

export function CardHeader({
  title,
  meta,
  actions,
}: {
  title?: ReactNode
  meta?: ReactNode
  actions?: ReactNode
}) {
  return (
    <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1.5">
      {title && <h2 className="text-sm font-medium">{title}</h2>}
      {meta && <div className="text-muted text-xs">{meta}</div>}
      {actions && (
        <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
      )}
    </header>
  )
}
