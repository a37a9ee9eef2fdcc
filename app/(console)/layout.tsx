import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'

import { paths } from '../../components/data/paths.ts'
import { LiveProvider } from '../../components/fleet/live-provider.tsx'
import { ConsoleProviders } from '../../components/shell/console-providers.tsx'
import { ConsoleShell } from '../../components/shell/console-shell.tsx'
import { currentMe } from '../_lib/session.ts'

/**
 * The frame of every page behind the login. Each page checks the session itself as well, because a
 * layout is not made anew when one goes from page to page (and only the page knows its address).
 */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const me = await currentMe()
  // A layout does not know its page's address; the server in front of Next hands it on (security-headers.ts).
  if (!me) redirect(paths.login((await headers()).get('x-path') ?? undefined))
  return (
    <ConsoleProviders me={me}>
      <LiveProvider>
        <ConsoleShell>{children}</ConsoleShell>
      </LiveProvider>
    </ConsoleProviders>
  )
}
