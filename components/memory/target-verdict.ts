import type { AffectsChoice, MemoryDetail } from '../../server/contract/memory.ts'
import { roomWarning } from './host-room.ts'

/** Verdicts that need force, after a question. */
export const forcedVerdicts = [
  'belowFloor',
  'statsUnknown',
  'inhibited',
  'hostShort',
] as const satisfies readonly TargetVerdict[]
export type ForcedVerdict = (typeof forcedVerdicts)[number]

export function forcedVerdict(verdict: TargetVerdict): ForcedVerdict | null {
  return forcedVerdicts.find((forced) => forced === verdict) ?? null
}

/**
 * What would happen to a target, before it is sent. The server decides by the same rules
 * (server/memory/target.ts) and has the last word.
 *
 * - `same`: the balloon is there already
 * - `belowFloor`, `statsUnknown`, `inhibited`, `hostShort`: only with force, after a question
 */
export type TargetVerdict =
  | 'invalid'
  | 'aboveMaximum'
  | 'same'
  | 'belowFloor'
  | 'statsUnknown'
  | 'inhibited'
  | 'hostShort'
  | 'ok'

/** Nearer than this is there: guests give whole pages. */
const toleranceKiB = 1024

export function verdictOf(
  targetKiB: number | null,
  detail: Pick<
    MemoryDetail,
    | 'stats'
    | 'maximumKiB'
    | 'floor'
    | 'health'
    | 'configCurrentKiB'
    | 'configMaximumKiB'
    | 'hostRoom'
  >,
  affects: AffectsChoice = 'live',
): TargetVerdict {
  if (targetKiB === null) return 'invalid'
  const { configCurrentKiB, configMaximumKiB } = detail
  if (affects === 'config') {
    if (targetKiB > (configMaximumKiB ?? detail.maximumKiB)) return 'aboveMaximum'
    return targetKiB === configCurrentKiB ? 'same' : 'ok'
  }
  if (targetKiB > detail.maximumKiB) return 'aboveMaximum'
  const { actual } = detail.stats
  if (actual !== null && Math.abs(targetKiB - actual) < toleranceKiB) {
    // The same balloon may still be news to the configuration.
    return affects === 'both' && targetKiB !== configCurrentKiB ? 'ok' : 'same'
  }
  if (actual !== null && targetKiB > actual) {
    return roomWarning(targetKiB, detail)?.kind === 'free' ? 'hostShort' : 'ok'
  }
  if (detail.health === 'inhibited') return 'inhibited'
  if (detail.health !== 'ok' || detail.floor === null) return 'statsUnknown'
  return targetKiB < detail.floor.floorKiB ? 'belowFloor' : 'ok'
}
