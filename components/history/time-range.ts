import { widened, type Span } from '../charts/drag-span.ts'

/** The stretches of time to choose from, seconds. Up to a quarter of an hour they are live. */
export const windows = [
  '60',
  '300',
  '900',
  '3600',
  '21600',
  '86400',
  '604800',
  '2592000',
  '31536000',
] as const
export type WindowKey = (typeof windows)[number]

const longestLiveSeconds = 900
const yearMs = 366 * 86_400_000

export interface TimeRange {
  chosen: WindowKey
  /** The window of the live topic: what is shown when it is live, else just enough. Seconds. */
  windowSeconds: number
  /** What of the past is shown; null = live. */
  span: Span | null
  /** Whether a stretch was chosen by zooming or panning. */
  zoomed: boolean
}

/** How often a window that ends now moves on: as often as a new step comes. Ms. */
export function refreshMs(spanMs: number): number {
  return Math.max(10_000, Math.ceil(spanMs / 500 / 10_000) * 10_000)
}

/** What to show. The address may hold anything: a span that cannot be is no span. */
export function timeRange(
  chosen: WindowKey,
  from: number | null,
  to: number | null,
  nowMs: number,
): TimeRange {
  const seconds = Number(chosen)
  const live = seconds <= longestLiveSeconds
  if (from !== null && to !== null && from >= 0 && from < to && to - from <= yearMs) {
    const span = widened({ fromMs: from, toMs: to })
    return { chosen, windowSeconds: 60, span, zoomed: true }
  }
  if (live) return { chosen, windowSeconds: seconds, span: null, zoomed: false }
  const every = refreshMs(seconds * 1000)
  const toMs = Math.ceil(nowMs / every) * every
  const span = { fromMs: toMs - seconds * 1000, toMs }
  return { chosen, windowSeconds: 60, span, zoomed: false }
}

/** A span moved by a share of its length, but never into the future. */
export function panned({ fromMs, toMs }: Span, share: number, nowMs: number): Span {
  const byMs = Math.min((toMs - fromMs) * share, Math.max(0, nowMs - toMs))
  return { fromMs: Math.round(fromMs + byMs), toMs: Math.round(toMs + byMs) }
}

/** A span with half or twice the time around its middle; it ends now at the latest. */
export function scaled({ fromMs, toMs }: Span, factor: number, nowMs: number): Span {
  const middle = (fromMs + toMs) / 2
  const half = Math.min(((toMs - fromMs) * factor) / 2, yearMs / 2)
  const end = Math.min(middle + half, Math.max(nowMs, toMs))
  return widened({ fromMs: Math.round(Math.max(0, end - 2 * half)), toMs: Math.round(end) })
}
