'use client'

import { useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import { IntlProvider } from 'use-intl/react'

import type { Locale } from '../../server/contract/account.ts'
import { timeZoneCookie } from './locale.ts'
import type { messages as english } from './messages/en.ts'
import { setPreferenceCookie } from './preference-cookie.ts'

function neverChanges(): () => void {
  return () => undefined
}

/**
 * The page's language and time zone. The server cannot know the browser's zone at the first visit,
 * so a cookie tells it from then on; until then times are in UTC and are set right after hydration.
 */
export function I18nProvider(props: {
  locale: Locale
  messages: typeof english
  timeZone: string
  /** When the server draws the page, in epoch ms. */
  nowMs: number
  children: ReactNode
}) {
  const timeZone = useSyncExternalStore(
    neverChanges,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => props.timeZone,
  )
  const now = useMemo(() => new Date(props.nowMs), [props.nowMs])
  useEffect(() => {
    if (timeZone !== props.timeZone) setPreferenceCookie(timeZoneCookie, timeZone)
  }, [timeZone, props.timeZone])
  return (
    <IntlProvider
      locale={props.locale}
      messages={props.messages}
      timeZone={timeZone}
      now={now}
    >
      {props.children}
    </IntlProvider>
  )
}
