import { clsx } from 'clsx'
import Link from 'next/link'
import type { ReactNode } from 'react'

/** A link in text or a table. `quiet`: coloured only under the pointer. */
export function TextLink({
  href,
  children,
  external = false,
  quiet = false,
  className,
}: {
  href: string
  children: ReactNode
  external?: boolean
  quiet?: boolean
  className?: string
}) {
  const classes = clsx(
    'rounded-xs underline-offset-2 hover:underline',
    quiet ? 'text-text hover:text-accent' : 'text-accent hover:text-accent-strong',
    className,
  )
  if (external)
    return (
      <a href={href} rel="noreferrer" target="_blank" className={classes}>
        {children}
      </a>
    )
  return (
    <Link href={href} prefetch={false} className={classes}>
      {children}
    </Link>
  )
}
