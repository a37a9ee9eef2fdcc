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
