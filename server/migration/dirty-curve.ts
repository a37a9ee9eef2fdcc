import type { ForecastFacts } from '../contract/forecast.ts'

/** Different MiB that the guest writes within so many seconds. */
export type DirtyCurve = (seconds: number) => number

/** Where in the range of the measurements to read the curve: 0 = low, 0.5 = middle, 1 = high. */
export function dirtyCurve(
  { points, flat }: ForecastFacts['dirty'],
  where: number,
  ramMiB: number,
): DirtyCurve {
  const known = points
    .filter(({ seconds }) => seconds > 0)
    .map(({ seconds, lowMiB, highMiB }) => ({
      seconds,
      mib: lowMiB + (highMiB - lowMiB) * where,
    }))
  const last = known.at(-1)
  if (!last) return () => 0
  return (seconds) => {
    if (seconds <= 0) return 0
    let [fromSeconds, fromMiB] = [0, 0]
    for (const { seconds: toSeconds, mib } of known) {
      if (seconds <= toSeconds) {
        const share = (seconds - fromSeconds) / (toSeconds - fromSeconds)
        return Math.min(ramMiB, fromMiB + (mib - fromMiB) * share)
      }
      ;[fromSeconds, fromMiB] = [toSeconds, mib]
    }
    if (flat) return Math.min(ramMiB, last.mib)
    // Beyond what was measured: goes on as it ended, which is at most what it would be.
    const before = known.at(-2) ?? { seconds: 0, mib: 0 }
    const slope = Math.max(0, (last.mib - before.mib) / (last.seconds - before.seconds))
    return Math.min(ramMiB, last.mib + slope * (seconds - last.seconds))
  }
}

/** MiB/s over the shortest window; null when nothing was measured. */
export function shortRateMiBps({ points }: ForecastFacts['dirty']): number | null {
  const first = points[0]
  return first ? (first.lowMiB + first.highMiB) / 2 / first.seconds : null
}
