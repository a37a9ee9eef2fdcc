export interface Span {
  fromMs: number
  toMs: number
}

/** Shorter than this nobody can mean. */
export const leastSpanMs = 10_000
/** Fewer pixels are a click. */
const leastPixels = 6

/** Where in time a place of the drawing is; `x` from the left edge of the plot, CSS px. */
export function timeAt(x: number, width: number, { fromMs, toMs }: Span): number {
  return Math.round(fromMs + (Math.min(Math.max(x, 0), width) / width) * (toMs - fromMs))
}

/** What a drag from `x0` to `x1` chooses; null for a click. A pan moves the span by the way dragged. */
export function spanOfDrag(
  x0: number,
  x1: number,
  width: number,
  shown: Span,
  pan: boolean,
): Span | null {
  if (Math.abs(x1 - x0) < leastPixels) return null
  if (pan) {
    const byMs = Math.round(((x0 - x1) / width) * (shown.toMs - shown.fromMs))
    return { fromMs: shown.fromMs + byMs, toMs: shown.toMs + byMs }
  }
  const [fromMs, toMs] = [
    timeAt(Math.min(x0, x1), width, shown),
    timeAt(Math.max(x0, x1), width, shown),
  ]
  return widened({ fromMs, toMs })
}

/** The span, made at least as long as somebody can mean, around its middle. */
export function widened({ fromMs, toMs }: Span): Span {
  if (toMs - fromMs >= leastSpanMs) return { fromMs, toMs }
  const middle = Math.round((fromMs + toMs) / 2)
  return { fromMs: middle - leastSpanMs / 2, toMs: middle + leastSpanMs / 2 }
}
