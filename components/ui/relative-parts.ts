const steps = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** A distance in ms (negative = past) in its largest whole unit. */
export function relativeParts(distanceMs: number): {
  value: number
  unit: Intl.RelativeTimeFormatUnit
} {
  const seconds = Math.trunc(distanceMs / 1000)
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return { value: Math.trunc(seconds / size), unit }
  // -0 so that the present reads "0 sec. ago", not "in 0 sec."
  return { value: seconds === 0 ? -0 : seconds, unit: 'second' }
}
