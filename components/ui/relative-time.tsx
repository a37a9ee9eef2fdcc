'use client'

import { useSyncExternalStore } from 'react'
import { useLocale, useTimeZone } from 'use-intl/react'

import { onSecond, serverSecondMs } from './clock.ts'
import { relativeParts } from './relative-parts.ts'

export { setClockOffsetMs, serverNowMs } from './clock.ts'

/** The server's time, renewed each second. Whoever calls it renders each second. */
export function useNowMs(): number {
  return useSyncExternalStore(onSecond, serverSecondMs, serverSecondMs)
}

/** "12 s ago", ticking; the full time is in its title. */
export function RelativeTime({ atMs, className }: { atMs: number; className?: string }) {
  const locale = useLocale()
  const timeZone = useTimeZone()
  const nowMs = useNowMs()
  const { value, unit } = relativeParts(atMs - nowMs)
  const words = new Intl.RelativeTimeFormat(locale, {
    style: 'short',
    numeric: 'always',
  }).format(value, unit)
  return (
    <time
      // The second may turn between the server's rendering and the browser's.
      suppressHydrationWarning
      dateTime={new Date(atMs).toISOString()}
      title={new Date(atMs).toLocaleString(locale, { timeZone, hourCycle: 'h23' })}
      className={className}
    >
      {words}
    </time>
  )
}
