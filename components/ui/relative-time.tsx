'use client'

import { useSyncExternalStore } from 'react'
import { useLocale, useNow, useTimeZone } from 'use-intl/react'

import { onSecond, serverSecondMs } from './clock.ts'
import { relativeParts } from './relative-parts.ts'

export { setClockOffsetMs, serverNowMs } from './clock.ts'

/**
 * The server's time, renewed each second. Whoever calls it renders each second. While React takes over
 * the server's HTML it is the time at which that was drawn.
 */
export function useNowMs(): number {
  const drawnMs = useNow().getTime()
  return useSyncExternalStore(onSecond, serverSecondMs, () => drawnMs)
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
      // The server and the browser may know another wording of the language.
      suppressHydrationWarning
      dateTime={new Date(atMs).toISOString()}
      title={new Date(atMs).toLocaleString(locale, { timeZone, hourCycle: 'h23' })}
      className={className}
    >
      {words}
    </time>
  )
}
