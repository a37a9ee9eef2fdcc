/** Where `value` lies between `min` and `max`: 0 to 1, also when they are equal or it lies outside. */
export function sliderFraction(value: number, min: number, max: number): number {
  if (!(max > min)) return 0
  return Math.min(1, Math.max(0, (value - min) / (max - min)))
}

/** The step nearest to `value`, counted from `min`; `max` itself is always reachable. */
export function nearestStep(value: number, min: number, max: number, step: number): number {
  if (value >= max) return max
  if (value <= min) return min
  return Math.min(max, min + Math.round((value - min) / step) * step)
}

/** Where a key leads, as the ARIA slider pattern lays down; null for any other key. */
export function sliderKey(
  key: string,
  at: { value: number; min: number; max: number; step: number; largeStep: number },
): number | null {
  const moves: Record<string, number> = {
    ArrowRight: at.step,
    ArrowUp: at.step,
    ArrowLeft: -at.step,
    ArrowDown: -at.step,
    PageUp: at.largeStep,
    PageDown: -at.largeStep,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  }
  const move = Object.hasOwn(moves, key) ? moves[key] : undefined
  return move === undefined ? null : nearestStep(at.value + move, at.min, at.max, at.step)
}
