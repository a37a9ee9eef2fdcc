import type { ReactNode } from 'react'

/** The head of a page: where one is (eyebrow), what it is (title), its state, what can be done. */
export function PageHeader({
  title,
  eyebrow,
  meta,
  actions,
  children,
}: {
  title: ReactNode
  eyebrow?: ReactNode
  meta?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className="mb-5">
      {eyebrow && <div className="text-muted mb-1 text-xs">{eyebrow}</div>}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 text-xl font-medium tracking-tight [overflow-wrap:anywhere]">
          {title}
        </h1>
        {meta && (
          <div className="text-muted flex flex-wrap items-center gap-3 text-xs">{meta}</div>
        )}
        {actions && (
          <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
        )}
      </div>
      {children && <div className="text-muted mt-1 max-w-2xl text-sm">{children}</div>}
    </header>
  )
}
