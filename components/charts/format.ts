/** Shown where a value is not known. */
export const noValue = '–'

const kibUnits = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
export type KibUnit = (typeof kibUnits)[number]

/** The largest binary unit in which `kib` is at least 1. */
export function kibUnit(kib: number): KibUnit {
  const size = Math.abs(kib)
  let unit: KibUnit = 'KiB'
  kibUnits.forEach((name, power) => {
    if (power > 0 && size >= 1024 ** power) unit = name
  })
  return unit
}

/** How many KiB are one `unit`. */
export function kibPer(unit: KibUnit): number {
  return 1024 ** kibUnits.indexOf(unit)
}

const numberFormats = new Map<string, Intl.NumberFormat>()
function numberFormat(
  locale: string,
  options: Intl.NumberFormatOptions,
): Intl.NumberFormat {
  const key = locale + JSON.stringify(options)
  let format = numberFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, options)
    numberFormats.set(key, format)
  }
  return format
}

export interface KibOptions {
  /** Fraction digits; without it three significant figures, and none at all in KiB. */
  digits?: number
  /** Without it the unit that fits the value. */
  unit?: KibUnit
}

/** Value and unit apart, for figures whose unit is set smaller. */
export function splitKiB(
  kib: number | null | undefined,
  locale: string,
  options: KibOptions = {},
): { value: string; unit: string } {
  if (kib === null || kib === undefined || !Number.isFinite(kib))
    return { value: noValue, unit: '' }
  let unit = options.unit ?? kibUnit(kib)
  let amount = kib / kibPer(unit)
  // 1023.99 MiB is rounded to 1.00 GiB, never to 1,024 MiB.
  if (!options.unit && Math.abs(amount) >= 1023.5 && unit !== 'PiB') {
    unit = kibUnits[kibUnits.indexOf(unit) + 1] ?? unit
    amount = kib / kibPer(unit)
  }
  const digits =
    options.digits ??
    (unit === 'KiB' ? 0 : Math.abs(amount) < 9.995 ? 2 : Math.abs(amount) < 99.95 ? 1 : 0)
  const value = numberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount)
  return { value, unit }
}

/** "1.50 GiB" from KiB; an en dash when unknown. Units are binary everywhere in Ballast. */
export function formatKiB(
  kib: number | null | undefined,
  locale: string,
  options: KibOptions = {},
): string {
  const { value, unit } = splitKiB(kib, locale, options)
  return unit ? `${value} ${unit}` : value
}

/** As formatKiB, from bytes; below 1 KiB in bytes. */
export function formatBytes(bytes: number | null | undefined, locale: string): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return noValue
  if (Math.abs(bytes) < 1024) return `${numberFormat(locale, {}).format(bytes)} B`
  return formatKiB(bytes / 1024, locale)
}

/** "12.3%" from 12.3; one digit below 10 only, so that columns stay calm. */
export function formatPercent(percent: number | null | undefined, locale: string): string {
  if (percent === null || percent === undefined || !Number.isFinite(percent)) return noValue
  const digits = Math.abs(percent) < 9.95 ? 1 : 0
  return numberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(percent / 100)
}

export function formatCount(count: number | null | undefined, locale: string): string {
  if (count === null || count === undefined || !Number.isFinite(count)) return noValue
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(count)
}

const ageSteps = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const

/** A span of time in its largest whole unit: "3 sec", "2 min", "5 hr", "4 days". */
export function formatAge(seconds: number | null | undefined, locale: string): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return noValue
  const span = Math.max(0, Math.floor(seconds))
  const step = ageSteps.find((candidate) => span >= candidate.seconds) ?? {
    unit: 'second',
    seconds: 1,
  }
  return numberFormat(locale, {
    style: 'unit',
    unit: step.unit,
    unitDisplay: 'short',
  }).format(Math.floor(span / step.seconds))
}

const clockFormats = new Map<string, Intl.DateTimeFormat>()
function clockFormat(locale: string, timeZone: string | undefined, seconds: boolean) {
  const key = `${locale} ${timeZone} ${seconds}`
  let format = clockFormats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      second: seconds ? '2-digit' : undefined,
      hourCycle: 'h23',
      timeZone,
    })
    clockFormats.set(key, format)
  }
  return format
}

/** Time of day, 24 hours, of an epoch time in ms. */
export function formatClock(
  atMs: number,
  locale: string,
  options: { timeZone?: string; seconds?: boolean } = {},
): string {
  return clockFormat(locale, options.timeZone, options.seconds ?? true).format(atMs)
}
