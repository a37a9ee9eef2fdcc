'use client'

import { useLocale, useTimeZone } from 'use-intl/react'

import type { Locale } from '../../server/contract/account.ts'
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

type Format = ReturnType<typeof makeFormat>
/** By language and time zone: a browser takes its time over each Intl.DateTimeFormat. */
const formats = new Map<string, Format>()

/** The format helpers, bound to the page's language and time zone; the same object for the same two. */
export function useFormat(): Format {
  const locale = useLocale()
  const timeZone = useTimeZone()
  const key = `${locale} ${timeZone}`
  let format = formats.get(key)
  if (!format) formats.set(key, (format = makeFormat(locale, timeZone)))
  return format
}

function makeFormat(locale: Locale, timeZone: string | undefined) {
  const dateTime = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone,
  })
  const list = new Intl.ListFormat(locale, { type: 'unit', style: 'short' })
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
    /** "a, b" with the language's own comma. */
    list: (parts: Iterable<string>) => list.format(parts),
  }
}
