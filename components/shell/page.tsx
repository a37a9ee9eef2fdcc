import { clsx } from 'clsx'
import type { ReactNode } from 'react'

/** The main column of a page. `narrow` for forms and reading. */
export function Page({
  children,
  narrow = false,
}: {
  children: ReactNode
  narrow?: boolean
}) {
  return (
    <div
      className={clsx(
        'mx-auto w-full px-4 py-5 sm:px-6',
        narrow ? 'max-w-4xl' : 'max-w-[100rem]',
      )}
    >
      {children}
    </div>
  )
}
