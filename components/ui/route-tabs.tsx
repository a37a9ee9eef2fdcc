'use client'

import { clsx } from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'

export interface RouteTab {
  href: string
  label: string
  /** Current only at exactly this address, not below it. */
  exact?: boolean
}

/** Tabs that are pages: links, so that they can be opened, shared and gone back from. */
export function RouteTabs({ label, tabs }: { label: string; tabs: readonly RouteTab[] }) {
  const path = usePathname()
  return (
    <nav
      aria-label={label}
      className="border-line -mx-4 overflow-x-auto border-b px-4 sm:mx-0 sm:px-0"
    >
      <ul className="flex gap-5">
        {tabs.map((tab) => {
          const current =
            path === tab.href || (!tab.exact && path.startsWith(`${tab.href}/`))
          return (
            <li key={tab.href}>
              <Link
                href={tab.href}
                aria-current={current ? 'page' : undefined}
                className={clsx(
                  '-mb-px block border-b-2 pt-1 pb-2 text-sm whitespace-nowrap transition-colors',
                  current
                    ? 'border-accent text-text font-medium'
                    : 'text-muted hover:text-text hover:border-line-strong border-transparent',
                )}
              >
                {tab.label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
