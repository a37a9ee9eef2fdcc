import type {
  DirtyRateMeasurement,
  DirtyRateSummary,
  DirtyRateTrap,
} from '../contract/dirty-rate.ts'
import { expectedScatter } from './sampling.ts'

/** A window up to this length counts for the rate of now; longer ones meet the same pages again. */
export const shortSeconds = 2
/** The mean reaches back so far while measurements come one after the other, … */
const smoothMs = 20_000
/** … and so far, over at most `fewest` of them, when they are rare. */
const rareMs = 10 * 60_000
const fewest = 3
/** Two-sided 95 %. */
const z95 = 1.96

/** Measurements that tell the rate of now, newest last. Only of the newest's mode. */
export function recentOf(
  measurements: readonly DirtyRateMeasurement[],
): DirtyRateMeasurement[] {
  const short = measurements.filter(({ seconds }) => seconds <= shortSeconds)
  const newest = short.at(-1)
  if (!newest) return []
  const alike = short.filter(({ mode }) => mode === newest.mode)
  const smooth = alike.filter(({ endedMs }) => newest.endedMs - endedMs < smoothMs)
  if (smooth.length >= fewest) return smooth
  return alike.slice(-fewest).filter(({ endedMs }) => newest.endedMs - endedMs < rareMs)
}

/** A difference of so many standard errors is no chance any more. */
const jumpErrors = 3.5

/**
 * When the load became another one: the end of the first of the newest measurements (two at least)
 * whose mean differs from the mean of those before by more than chance; null = it did not.
 */
export function loadChangedMs(
  measurements: readonly DirtyRateMeasurement[],
  memoryKiB: number,
): number | null {
  const recent = recentOf(measurements)
  let surest: { endedMs: number; errors: number } | null = null
  for (let at = 2; at <= recent.length - 2; at++) {
    const [before, after] = [recent.slice(0, at), recent.slice(at)]
    const error = Math.hypot(errorOf(before, memoryKiB), errorOf(after, memoryKiB))
    const errors = Math.abs(meanOf(after) - meanOf(before)) / error
    if (errors > (surest?.errors ?? jumpErrors)) {
      surest = { endedMs: after[0]!.endedMs, errors }
    }
  }
  return surest?.endedMs ?? null
}

/** Standard error of the mean: of what they show, at least of what the sampling must scatter. */
function errorOf(values: readonly DirtyRateMeasurement[], memoryKiB: number): number {
  const { seconds, pagesPerGiB } = values[0]!
  const expected = pagesPerGiB
    ? expectedScatter(meanOf(values), seconds, memoryKiB, pagesPerGiB)
    : 0
  return Math.max(1, deviationOf(values), expected) / Math.sqrt(values.length)
}

/**
 * The rate of now and how far it can be trusted: the wider of what the measurements show themselves
 * and of what sampling so few pages must scatter. QEMU rounds down, so half a MiB/s is added and the
 * range covers it.
 */
export function summarise(
  measurements: readonly DirtyRateMeasurement[],
  memoryKiB: number,
): DirtyRateSummary | null {
  const recent = recentOf(measurements)
  const newest = recent.at(-1)
  if (!newest) return null
  const exact = newest.mode !== 'page-sampling'
  const raw = meanOf(recent)
  const rateMiBps = exact || raw === 0 ? raw : raw + 0.5
  const expected = newest.pagesPerGiB
    ? expectedScatter(rateMiBps, newest.seconds, memoryKiB, newest.pagesPerGiB)
    : 0
  const seen = recent.length >= 3 ? deviationOf(recent) : 0
  const scatterMiBps = Math.max(expected, seen)
  const half = (z95 * scatterMiBps) / Math.sqrt(recent.length)
  return {
    rateMiBps,
    lowMiBps: Math.max(0, Math.min(raw, rateMiBps - half)),
    highMiBps: Math.max(raw + 1, rateMiBps + half),
    scatterMiBps,
    count: recent.length,
    measuredMs: newest.endedMs,
  }
}

/** A 0 that may only mean that QEMU left all RAM blocks out. */
export function isDoubtful(
  measurements: readonly DirtyRateMeasurement[],
  smallBlocks: boolean,
): boolean {
  const sampled = measurements.filter(({ mode }) => mode === 'page-sampling')
  return smallBlocks && sampled.every(({ rateMiBps }) => rateMiBps === 0)
}

/** A single measurement that scatters by more than this share of the rate is said to. */
const muchScatter = 0.15

/** Which of QEMU's traps bite here and now. */
export function trapsOf(facts: {
  measurements: readonly DirtyRateMeasurement[]
  summary: DirtyRateSummary | null
  smallBlocks: boolean
  saturated: boolean
}): DirtyRateTrap[] {
  const { measurements, summary, smallBlocks, saturated } = facts
  const traps: DirtyRateTrap[] = []
  if (smallBlocks && measurements.length > 0) {
    traps.push(isDoubtful(measurements, true) ? 'not-measurable' : 'small-blocks')
  }
  if (summary) {
    const { rateMiBps, scatterMiBps } = summary
    if (rateMiBps > 0 && scatterMiBps > muchScatter * rateMiBps) traps.push('scatter')
  }
  if (measurements.some(({ seconds }) => seconds >= 10)) traps.push('rounded')
  if (saturated) traps.push('saturated')
  return traps
}

function meanOf(values: readonly DirtyRateMeasurement[]): number {
  return values.reduce((sum, { rateMiBps }) => sum + rateMiBps, 0) / values.length
}

function deviationOf(values: readonly DirtyRateMeasurement[]): number {
  const mean = meanOf(values)
  const squares = values.reduce((sum, { rateMiBps }) => sum + (rateMiBps - mean) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, values.length - 1))
}
