import type { MemoryDetail } from '../../server/contract/memory.ts'

/**
 * What would happen to a target, before it is sent. The server decides by the same rules
 * (server/memory/target.ts) and has the last word.
 *
 * - `same`: the balloon is there already
 * - `belowFloor`, `statsUnknown`: only with force, after a question
 */
export type TargetVerdict =
  | 'invalid'
  | 'aboveMaximum'
  | 'same'
  | 'belowFloor'
  | 'statsUnknown'
  | 'ok'

/** Nearer than this is there: guests give whole pages. */
const toleranceKiB = 1024

export function verdictOf(
  targetKiB: number | null,
  detail: Pick<MemoryDetail, 'stats' | 'maximumKiB' | 'floor' | 'health'>,
): TargetVerdict {
  if (targetKiB === null) return 'invalid'
  if (targetKiB > detail.maximumKiB) return 'aboveMaximum'
  const { actual } = detail.stats
  if (actual !== null && Math.abs(targetKiB - actual) < toleranceKiB) return 'same'
  if (actual !== null && targetKiB > actual) return 'ok'
  if (detail.health !== 'ok' || detail.floor === null) return 'statsUnknown'
  return targetKiB < detail.floor.floorKiB ? 'belowFloor' : 'ok'
}
