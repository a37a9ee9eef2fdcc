import type {
  DirtyRateMeasurement,
  WorkingSet,
  WorkingSetPoint,
} from '../contract/dirty-rate.ts'
import { expectedScatter } from './sampling.ts'

/** Measurements of a window that the curve takes the mean of, and how old they may be. */
const mostOfWindow = 8
const oldestMs = 5 * 60_000
/** A window finds less than this share of what the shortest one promises: it is saturated. */
const saturatedShare = 0.75
/** From the last but one to the last window the curve grows by less: it is flat. */
const flatGrowth = 1.25
/** A guest's load breathes by this share without being another load; sampling scatters by so many deviations. */
const breathing = 1.1
const certainDeviations = 3

/**
 * How many different MiB the guest writes within T seconds, for each window measured. A window finds
 * each page once however often it was written, so the curve rises ever more slowly and ends flat at
 * the size of the working set.
 *
 *   MiB     ┌─────── flat: the working set
 *          ╱
 *         ╱          its slope at the left is the rate
 *        1 2  5 10 20 s
 *
 * QEMU gives whole MiB/s, so a window of 20 s is known to 20 MiB only. The ranges are narrowed by
 * what must hold: a longer window finds no less.
 */
export function workingSetOf(
  measurements: readonly DirtyRateMeasurement[],
  memoryKiB: number,
): WorkingSet {
  const newestMs = measurements.at(-1)?.endedMs ?? 0
  const byWindow = new Map<number, DirtyRateMeasurement[]>()
  for (const one of measurements) {
    if (one.mode === 'migration' || newestMs - one.endedMs > oldestMs) continue
    const alike = byWindow.get(one.seconds) ?? []
    alike.push(one)
    byWindow.set(one.seconds, alike)
  }
  const newestFirst = [...byWindow.values()]
    .flatMap((alike) => alike.slice(-mostOfWindow))
    .toSorted((a, b) => b.endedMs - a.endedMs)
  const ofThisLoad = consistent(newestFirst, memoryKiB).toReversed()
  const points = [...Map.groupBy(ofThisLoad, ({ seconds }) => seconds)]
    .map(([seconds, alike]) => pointOf(seconds, alike, memoryKiB / 1024))
    .toSorted((a, b) => a.seconds - b.seconds)
  narrow(points)
  const first = points[0]
  for (const point of points) {
    if (!first || point === first) continue
    const promised = (middle(first) / first.seconds) * point.seconds
    point.saturated = middle(point) < saturatedShare * promised
  }
  return { points, ...verdictOf(points) }
}

/**
 * Leaves out what cannot be of the same load as what was measured after it. Under one load a longer
 * window finds no less than a shorter one, and no more than as many of the shorter as it is long:
 * 200 MiB within 20 s are of another load when later 10 s found 60 MiB.
 */
function consistent(
  newestFirst: readonly DirtyRateMeasurement[],
  memoryKiB: number,
): DirtyRateMeasurement[] {
  const kept: { measurement: DirtyRateMeasurement; low: number; high: number }[] = []
  for (const measurement of newestFirst) {
    const { seconds } = measurement
    const [low, high] = boundsOf(measurement, memoryKiB)
    const fits = kept.every((newer) => {
      const times = Math.ceil(seconds / newer.measurement.seconds)
      const timesBack = Math.ceil(newer.measurement.seconds / seconds)
      return low <= newer.high * times && newer.low <= high * timesBack
    })
    if (fits) kept.push({ measurement, low, high })
  }
  return kept.map(({ measurement }) => measurement)
}

/** The different MiB that a measurement may have met, least and most, sampling and rounding allowed for. */
function boundsOf(
  { rateMiBps, seconds, pagesPerGiB }: DirtyRateMeasurement,
  memoryKiB: number,
): [number, number] {
  const scatter = pagesPerGiB
    ? certainDeviations * expectedScatter(rateMiBps, seconds, memoryKiB, pagesPerGiB)
    : 0
  return [(rateMiBps - scatter) * seconds, (rateMiBps + 1 + scatter) * seconds * breathing]
}

function pointOf(
  seconds: number,
  measurements: readonly DirtyRateMeasurement[],
  memoryMiB: number,
): WorkingSetPoint {
  const mean =
    measurements.reduce((sum, { rateMiBps }) => sum + rateMiBps, 0) / measurements.length
  return {
    seconds,
    lowMiB: Math.min(memoryMiB, mean * seconds),
    highMiB: Math.min(memoryMiB, (mean + 1) * seconds),
    count: measurements.length,
    measuredMs: measurements.at(-1)!.endedMs,
    saturated: false,
  }
}

/** Narrows the ranges by what must hold between windows; where they contradict, a longer one finds no less. */
function narrow(points: WorkingSetPoint[]): void {
  for (let at = 1; at < points.length; at++) {
    const [shorter, point] = [points[at - 1]!, points[at]!]
    point.lowMiB = Math.max(point.lowMiB, shorter.lowMiB)
    point.highMiB = Math.max(point.lowMiB, point.highMiB)
  }
  for (let at = points.length - 2; at >= 0; at--) {
    const [point, longer] = [points[at]!, points[at + 1]!]
    point.highMiB = Math.max(point.lowMiB, Math.min(point.highMiB, longer.highMiB))
  }
}

function verdictOf(
  points: readonly WorkingSetPoint[],
): Pick<WorkingSet, 'verdict' | 'sizeMiB'> {
  const last = points.at(-1)
  const before = points.at(-2)
  if (!last || !before || last.seconds < 5) return { verdict: 'unknown', sizeMiB: null }
  const flat = last.saturated && middle(last) <= flatGrowth * middle(before)
  return flat
    ? { verdict: 'flat', sizeMiB: middle(last) }
    : { verdict: 'growing', sizeMiB: last.lowMiB }
}

function middle({ lowMiB, highMiB }: WorkingSetPoint): number {
  return (lowMiB + highMiB) / 2
}
