import { clsx } from 'clsx'
import Link from 'next/link'
import type { ReactNode } from 'react'

import { buttonClass, type ButtonSize } from './button.tsx'

/** Looks like a button and leads to a page, so that it can be opened in a tab of its own. */
export function LinkButton({
  href,
  variant = 'secondary',
  size = 'md',
  icon,
  children,
}: {
  href: string
  variant?: 'primary' | 'secondary'
  size?: ButtonSize
  icon?: ReactNode
  children: ReactNode
}) {
  return (
    <Link
      href={href}
      prefetch={false}
      className={clsx(buttonClass(variant, size), 'hover:border-faint')}
    >
      {icon}
      {children}
    </Link>
  )
}
