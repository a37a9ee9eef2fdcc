import { bucketFigures } from './history-store.ts'
import type { Bucket } from './history-store.ts'

/**
 * Buckets of a wider step from narrower ones (ascending): the least of the least, the mean weighted by
 * span, the greatest of the greatest. Buckets of the same time are put together too.
 */
export function rollUp(buckets: readonly Bucket[], stepMs: number): Bucket[] {
  const rolled: Bucket[] = []
  const weights = new Float64Array(bucketFigures)
  let last: Bucket | undefined
  for (const bucket of buckets) {
    const startMs = Math.floor(bucket.startMs / stepMs) * stepMs
    if (last?.startMs !== startMs) {
      last = {
        startMs,
        spanMs: stepMs,
        figures: new Float64Array(bucketFigures).fill(Number.NaN),
      }
      weights.fill(0)
      rolled.push(last)
    }
    const into = last.figures
    for (let at = 0; at < bucketFigures; at += 3) {
      const mean = bucket.figures[at + 1]!
      if (Number.isNaN(mean)) continue
      const weight = weights[at]!
      weights[at] = weight + bucket.spanMs
      if (weight === 0) {
        into[at] = bucket.figures[at]!
        into[at + 1] = mean
        into[at + 2] = bucket.figures[at + 2]!
        continue
      }
      into[at] = Math.min(into[at]!, bucket.figures[at]!)
      into[at + 1] =
        (into[at + 1]! * weight + mean * bucket.spanMs) / (weight + bucket.spanMs)
      into[at + 2] = Math.max(into[at + 2]!, bucket.figures[at + 2]!)
    }
  }
  return rolled
}

export function byStart(a: Bucket, b: Bucket): number {
  return a.startMs - b.startMs
}
