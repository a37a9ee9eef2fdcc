import type { ReactNode } from 'react'

/** Nothing to show, and what to do about it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      {icon && (
        <span
          aria-hidden
          className="text-faint mb-4 flex size-10 items-center justify-center rounded border [&>svg]:size-5"
        >
          {icon}
        </span>
      )}
      {/* No paragraph: the title may be a heading. */}
      <div className="text-base font-medium">{title}</div>
      {children && <div className="text-muted mt-1 max-w-md text-sm">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
