import { historyTiers } from '../../contract/history.ts'

export interface Tier {
  number: number
  stepMs: number
  keepMs: number
  /** Buckets of this much time lie in one row. */
  chunkMs: number
}

const minuteMs = 60_000

/** Half an hour of 10 s, six hours of minutes, five days of 10 min: 180, 360 and 720 buckets. */
const chunksMs = [30 * minuteMs, 360 * minuteMs, 7_200 * minuteMs]

export const tiers: readonly Tier[] = historyTiers.map((tier, number) => ({
  number,
  stepMs: tier.stepSeconds * 1000,
  keepMs: tier.keepSeconds * 1000,
  chunkMs: chunksMs[number]!,
}))

/** The journal is packed in pieces of this length: a chunk of the finest tier. */
export const packMs = chunksMs[0]!

/** The coarsest tier that has the step, of those that reach back so far; the last if none does. */
export function tierFor(fromMs: number, stepMs: number, nowMs: number): Tier {
  const reaching = tiers.filter((tier) => fromMs >= nowMs - tier.keepMs)
  return reaching.findLast((tier) => tier.stepMs <= stepMs) ?? reaching[0] ?? tiers.at(-1)!
}
