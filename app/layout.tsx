import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'

import { htmlLang } from '../components/i18n/locale.ts'
import { I18nProvider } from '../components/i18n/provider.tsx'
import { getIntl } from '../components/i18n/server.ts'
import { pickTheme, themeCookie } from '../components/shell/theme.ts'
import { serverSecondMs } from '../components/ui/clock.ts'
import { Toaster } from '../components/ui/toaster.tsx'

import './globals.css'

export const metadata: Metadata = {
  title: { template: '%s · Ballast', default: 'Ballast' },
  icons: { icon: '/icon.svg' },
  robots: { index: false, follow: false },
  referrer: 'same-origin',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is made per request: its scripts carry the nonce of the security policy.
  await connection()
  const { locale, messages, timeZone } = await getIntl()
  const theme = pickTheme((await cookies()).get(themeCookie)?.value)
  return (
    <html lang={htmlLang[locale]} data-theme={theme}>
      <body>
        <I18nProvider
          locale={locale}
          messages={messages}
          timeZone={timeZone}
          nowMs={serverSecondMs()}
        >
          {children}
          <Toaster />
        </I18nProvider>
      </body>
    </html>
  )
}
