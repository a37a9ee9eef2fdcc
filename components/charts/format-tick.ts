import { formatClock } from './format.ts'
import { ticksNeedSeconds } from './ticks.ts'

const dayMs = 86_400_000

/**
 * A time on the axis in as few words as the ticks allow: seconds, minutes, or the day. `full`: for the
 * one time under the pointer, with the day where the axis is longer than one.
 */
export function formatTick(
  atMs: number,
  locale: string,
  options: { timeZone?: string; ticks: readonly number[]; full?: boolean },
): string {
  const { timeZone, ticks, full = false } = options
  const [first = atMs, second = first] = ticks
  const stepMs = second - first
  const long = (ticks.at(-1) ?? first) - first + stepMs > dayMs
  const day = new Intl.DateTimeFormat(locale, {
    timeZone,
    month: 'short',
    day: 'numeric',
    ...(full && long ? { year: 'numeric' as const } : {}),
  })
  if (!full && stepMs >= dayMs) return day.format(atMs)
  const clock = formatClock(atMs, locale, {
    timeZone,
    seconds: full ? !long : ticksNeedSeconds(ticks),
  })
  return long && (full || stepMs >= dayMs / 4) ? `${day.format(atMs)} ${clock}` : clock
}
