'use client'

import { useMemo } from 'react'
import { useLocale, useTimeZone } from 'use-intl/react'

import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatKiB,
  formatPercent,
  splitKiB,
  type KibOptions,
} from './format.ts'

type Maybe = number | null | undefined

/** The format helpers, bound to the page's language and time zone. */
export function useFormat() {
  const locale = useLocale()
  const timeZone = useTimeZone()
  return useMemo(() => {
    const dateTime = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'medium',
      hourCycle: 'h23',
      timeZone,
    })
    const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone })
    return {
      kib: (value: Maybe, options?: KibOptions) => formatKiB(value, locale, options),
      splitKiB: (value: Maybe, options?: KibOptions) => splitKiB(value, locale, options),
      bytes: (value: Maybe) => formatBytes(value, locale),
      percent: (value: Maybe) => formatPercent(value, locale),
      count: (value: Maybe) => formatCount(value, locale),
      age: (seconds: Maybe) => formatAge(seconds, locale),
      clock: (atMs: number, seconds = true) =>
        formatClock(atMs, locale, { timeZone, seconds }),
      dateTime: (atMs: number) => dateTime.format(atMs),
      date: (atMs: number) => date.format(atMs),
    }
  }, [locale, timeZone])
}
