/** Room above the 95th percentile and above the peak, as factors. */
const roomAboveP95 = 1.25
const roomAbovePeak = 1.05
const roundKiB = 32 * 1024
const leastKiB = 64 * 1024
/** Less than this says nothing about a domain. */
const leastSeconds = 600

export interface UseFigures {
  p50KiB: number
  p95KiB: number
  maxKiB: number
}

/**
 * Percentiles of use over buckets: the median of their means, the 95th percentile and the greatest of
 * their peaks, so that wide buckets do not hide a spike. Null without a bucket. KiB.
 */
export function useOver(
  means: readonly number[],
  peaks: readonly number[],
): UseFigures | null {
  if (means.length === 0 || peaks.length === 0) return null
  const sortedMeans = means.toSorted((a, b) => a - b)
  const sortedPeaks = peaks.toSorted((a, b) => a - b)
  return {
    p50KiB: percentile(sortedMeans, 0.5),
    p95KiB: percentile(sortedPeaks, 0.95),
    maxKiB: sortedPeaks.at(-1)!,
  }
}

/** The nearest-rank percentile of ascending values. */
export function percentile(ascending: readonly number[], share: number): number {
  const rank = Math.ceil(share * ascending.length)
  return ascending[Math.min(ascending.length, Math.max(1, rank)) - 1]!
}

/**
 * The size that fits a use: a quarter above the 95th percentile, and never without room above the
 * peak, plus what the guest's kernel keeps for itself; in steps of 32 MiB. Null when the use was
 * seen for less than ten minutes. KiB.
 */
export function suggestSize(
  use: UseFigures | null,
  options: { reserveKiB: number; coveredSeconds: number },
): number | null {
  if (!use || options.coveredSeconds < leastSeconds) return null
  const need =
    Math.max(use.p95KiB * roomAboveP95, use.maxKiB * roomAbovePeak) + options.reserveKiB
  return Math.max(leastKiB, Math.ceil(need / roundKiB) * roundKiB)
}
