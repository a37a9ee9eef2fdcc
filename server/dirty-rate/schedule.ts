import { dirtyRateWindows } from '../contract/dirty-rate.ts'
import type { DirtyRateMeasurement } from '../contract/dirty-rate.ts'

/** Each domain that nobody watches is measured so often at most. */
export const rotationMs = 60_000
/** A domain whose measurement failed is left alone for so long. */
export const failedMs = 2 * 60_000

/** Short windows between two long ones, so that the rate of now keeps moving. */
const shortBetween = 6
/** A window of the curve is measured anew when it is older than this. */
const renewMs = 3 * 60_000

/**
 * The next window of a domain that is watched, seconds: mostly 1, and now and then the one of the
 * curve that is missing or oldest.
 */
export function nextWindow(
  measurements: readonly DirtyRateMeasurement[],
  nowMs: number,
): number {
  const sinceLong = measurements.toReversed().findIndex(({ seconds }) => seconds > 1)
  const short = sinceLong === -1 ? measurements.length : sinceLong
  if (short < shortBetween) return 1
  const newest = new Map(measurements.map(({ seconds, endedMs }) => [seconds, endedMs]))
  const due = dirtyRateWindows
    .filter((seconds) => seconds > 1)
    .map((seconds) => ({ seconds, endedMs: newest.get(seconds) ?? -Infinity }))
    .filter(({ endedMs }) => nowMs - endedMs > renewMs)
    .toSorted((a, b) => a.endedMs - b.endedMs || a.seconds - b.seconds)
  return due[0]?.seconds ?? 1
}

export interface RotationEntry {
  uuid: string
  running: boolean
  watched: boolean
  /** Monotonic ms of the last try; -Infinity = never. */
  triedMs: number
  failed: boolean
}

/** Whose turn it is in the rotation over a host: who waits longest, once that is long enough. */
export function nextInRotation(
  entries: Iterable<RotationEntry>,
  nowMs: number,
): string | null {
  let longest: RotationEntry | null = null
  for (const entry of entries) {
    if (!entry.running || entry.watched) continue
    if (nowMs - entry.triedMs < (entry.failed ? failedMs : rotationMs)) continue
    if (!longest || entry.triedMs < longest.triedMs) longest = entry
  }
  return longest?.uuid ?? null
}
