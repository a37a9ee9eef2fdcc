'use client'

import { clsx } from 'clsx'
import { Keyboard } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'

import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { preloadOverlays } from '../ui/overlays.ts'
import { ConnectionBanner, ConnectionIndicator } from './connection-indicator.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { Logo } from './logo.tsx'
import { currentPlace, navigation } from './navigation.ts'
import { LanguageMenu, ThemeMenu } from './preference-menus.tsx'
import { UserMenu } from './user-menu.tsx'

/** Nothing is under way most of the time: no part of the first load. */
const RunningJobs = dynamic(
  async () => (await import('../jobs/running-jobs.tsx')).RunningJobs,
  { ssr: false },
)

/** The account has its place in the menu at the top, and the others need the room. */
const narrowNavigation = navigation.filter(({ key }) => key !== 'account')

/** Top bar, side navigation (a bar at the bottom of narrow screens) and the page between them. */
export function ConsoleShell({ children }: { children: ReactNode }) {
  const t = useT('shell')
  const place = currentPlace(usePathname())
  const [helpOpen, setHelpOpen] = useState(false)
  useEffect(preloadOverlays, [])
  return (
    <div className="md:grid md:min-h-dvh md:grid-cols-[12.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="bg-raised border-accent sr-only z-50 rounded border px-3 py-2 text-sm focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('skip')}
      </a>
      <aside className="bg-surface sticky top-0 hidden h-dvh flex-col border-r md:flex">
        <Brand />
        <nav aria-label={t('mainNavigation')} className="flex-1 px-2 py-3">
          <ul className="space-y-0.5">
            {navigation.map(({ key, href, Icon }) => (
              <li key={key}>
                <Link
                  href={href}
                  aria-current={place === key ? 'page' : undefined}
                  className={clsx(
                    'flex h-8 items-center gap-2.5 rounded px-2.5 text-sm transition-colors',
                    place === key
                      ? 'bg-accent-soft text-accent'
                      : 'text-muted hover:bg-hover hover:text-text',
                  )}
                >
                  <Icon aria-hidden className="size-4 shrink-0" />
                  <span className="truncate">{t(`nav.${key}`)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </aside>
      <div className="flex min-h-dvh min-w-0 flex-col max-md:pb-16">
        <header className="bg-surface sticky top-0 z-30 flex h-12 shrink-0 items-center gap-1 border-b px-2 sm:px-4 md:px-6">
          <div className="md:hidden">
            <Brand bare />
          </div>
          <div className="ml-auto flex items-center gap-0.5">
            <RunningJobs />
            <div className="mr-2 sm:mr-3">
              <ConnectionIndicator />
            </div>
            <IconButton
              label={t('shortcuts.title')}
              icon={<Keyboard />}
              className="max-sm:hidden"
              onClick={() => setHelpOpen(true)}
            />
            <LanguageMenu />
            <ThemeMenu />
            <UserMenu />
          </div>
        </header>
        <ConnectionBanner />
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      <nav
        aria-label={t('mainNavigation')}
        className="bg-surface fixed inset-x-0 bottom-0 z-30 border-t pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        <ul className="grid auto-cols-fr grid-flow-col">
          {narrowNavigation.map(({ key, href, Icon }) => (
            <li key={key} className="min-w-0">
              <Link
                href={href}
                aria-current={place === key ? 'page' : undefined}
                className={clsx(
                  'flex h-14 flex-col items-center justify-center gap-1 text-2xs outline-offset-[-3px]',
                  place === key ? 'text-accent' : 'text-muted',
                )}
              >
                <Icon aria-hidden className="size-4.5" />
                <span className="max-w-full truncate px-0.5">{t(`nav.${key}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <KeyboardHelp open={helpOpen} onOpenChange={setHelpOpen} />
    </div>
  )
}

function Brand({ bare = false }: { bare?: boolean }) {
  const t = useT('common')
  return (
    <Link
      href={paths.fleet()}
      className={clsx(
        'flex items-center gap-2.5 font-medium tracking-tight',
        bare ? 'rounded px-2 py-1' : 'h-12 border-b px-4.5 outline-offset-[-3px]',
      )}
    >
      <Logo className="text-accent size-5" />
      <span>{t('productName')}</span>
    </Link>
  )
}
