import type { MigrationDetail, MigrationFigures } from '../contract/migration.ts'

type Setback = MigrationDetail['setback']

/** How far it was seen to be. */
export interface Progress {
  percent: number
  setback: Setback
  /** What the newest figures said is left, bytes. */
  remainingBytes: number | null
}

export const noProgress: Progress = { percent: 0, setback: null, remainingBytes: null }

/** The first pass is so much of the whole: what follows is mostly short, and cannot be foreseen. */
const firstPassPercent = 90
/** Reached only when it has ended. */
const mostPercent = 99
/** Growth below this share of the whole is the ripple of a page counter. */
const rippleShare = 0.005

/**
 * The progress after the newest figures. The bar never runs backwards: when the guest writes again what
 * had been sent it stands still, and `setback` says of how much and in which pass.
 */
export function progressAfter(before: Progress, figures: MigrationFigures): Progress {
  const { remainingBytes, totalBytes, pass, atMs } = figures
  if (remainingBytes === null || !totalBytes) return before
  const left = Math.min(1, remainingBytes / totalBytes)
  const first = (pass ?? 0) <= 1
  // Later passes: from 90 on, nearer to the end the less is left.
  const now = first
    ? firstPassPercent * (1 - left)
    : firstPassPercent + (mostPercent - firstPassPercent) * (1 - Math.sqrt(left))
  const grewBytes = remainingBytes - (before.remainingBytes ?? Infinity)
  const grew = grewBytes > totalBytes * rippleShare
  return {
    percent: Math.min(mostPercent, Math.max(before.percent, Math.round(now * 10) / 10)),
    setback: grew
      ? { atMs, pass, grewBytes }
      : now >= before.percent
        ? null
        : before.setback,
    remainingBytes,
  }
}
