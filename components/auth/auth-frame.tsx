'use client'

import type { ReactNode } from 'react'

import { useT } from '../i18n/use-t.ts'
import { Logo } from '../shell/logo.tsx'
import { LanguageMenu, ThemeMenu } from '../shell/preference-menus.tsx'

/** The page before the console: one narrow form. */
export function AuthFrame({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  const t = useT('common')
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex justify-end gap-1 p-3">
        <LanguageMenu />
        <ThemeMenu />
      </header>
      <main className="mx-auto w-full max-w-sm flex-1 px-4 pt-[6vh] pb-16">
        <p className="mb-8 flex items-center gap-2.5 text-lg font-medium tracking-tight">
          <Logo className="text-accent size-6" />
          {t('productName')}
        </p>
        <h1 className="text-xl font-medium tracking-tight">{title}</h1>
        {lead && <p className="text-muted mt-1 text-sm">{lead}</p>}
        <div className="mt-6">{children}</div>
      </main>
    </div>
  )
}
