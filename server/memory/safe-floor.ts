import type { SafeFloor, TargetPreset } from '../contract/memory.ts'

const mib = 1024
/** How long a use is remembered as what the guest may need again. */
export const peakWindowMs = 60_000
const leastMarginKiB = 32 * mib
const mostMarginKiB = 4096 * mib
const marginShare = 0.1
/** The floor falls only by steps of at least this, so that it does not flicker under the slider. */
const leastFallKiB = 8 * mib
const leastFallShare = 0.02

/** The greatest value within a sliding window of time, in amortised constant time. */
export class PeakWindow {
  readonly #windowMs: number
  /** Falling values, oldest first: the front is the peak. */
  #candidates: { value: number; atMs: number }[] = []

  constructor(windowMs: number = peakWindowMs) {
    this.#windowMs = windowMs
  }

  add(value: number, atMs: number): void {
    while (this.#candidates.length > 0 && this.#candidates.at(-1)!.value <= value) {
      this.#candidates.pop()
    }
    this.#candidates.push({ value, atMs })
  }

  /** @returns null when nothing was added within the window before `nowMs` */
  max(nowMs: number): number | null {
    while (
      this.#candidates.length > 0 &&
      this.#candidates[0]!.atMs < nowMs - this.#windowMs
    ) {
      this.#candidates.shift()
    }
    return this.#candidates[0]?.value ?? null
  }

  clear(): void {
    this.#candidates = []
  }
}

/** What is left to a guest above its use: a tenth of it, at least 32 MiB, at most 4 GiB. In KiB. */
export function marginKiB(usedKiB: number): number {
  return Math.min(mostMarginKiB, Math.max(leastMarginKiB, Math.ceil(usedKiB * marginShare)))
}

/**
 * The lowest balloon at which the guest keeps what it recently used: peak use, the kernel's own
 * reserve (which the balloon counts and the guest does not) and a margin. Rises at once, falls in
 * steps. `marginKiB` of the result holds reserve and margin, so floor = used + margin; rounded up to
 * whole MiB and never above the maximum.
 *
 * @param previous the floor shown last, for the hysteresis
 */
export function safeFloorOf(
  peakUsedKiB: number | null,
  kernelReserveKiB: number,
  maximumKiB: number,
  previous: SafeFloor | null,
): SafeFloor | null {
  if (peakUsedKiB === null) return null
  const spareKiB = kernelReserveKiB + marginKiB(peakUsedKiB)
  const floorKiB = Math.min(roundUpToMiB(peakUsedKiB + spareKiB), maximumKiB)
  if (previous && floorKiB <= previous.floorKiB && previous.floorKiB <= maximumKiB) {
    const fallKiB = previous.floorKiB - floorKiB
    if (fallKiB < Math.max(leastFallKiB, previous.floorKiB * leastFallShare)) {
      return previous
    }
  }
  return { floorKiB, usedKiB: peakUsedKiB, marginKiB: floorKiB - peakUsedKiB }
}

/**
 * The targets one click away: what fits, a quarter less, a quarter more, all. Whole MiB, between the
 * floor and the maximum. `fit` is missing while nothing is known of the use.
 */
export function targetPresets(
  actualKiB: number | null,
  maximumKiB: number,
  floor: SafeFloor | null,
): TargetPreset[] {
  const lowestKiB = Math.min(floor?.floorKiB ?? mib, maximumKiB)
  const clamp = (kib: number) =>
    Math.trunc(Math.min(maximumKiB, Math.max(lowestKiB, Math.round(kib / mib) * mib)))
  const presets: TargetPreset[] = []
  if (floor) presets.push({ name: 'fit', targetKiB: clamp(floor.floorKiB) })
  if (actualKiB !== null) {
    presets.push({ name: 'minus25', targetKiB: clamp(actualKiB * 0.75) })
    presets.push({ name: 'plus25', targetKiB: clamp(actualKiB * 1.25) })
  }
  if (maximumKiB > 0) presets.push({ name: 'maximum', targetKiB: Math.trunc(maximumKiB) })
  return presets
}

function roundUpToMiB(kib: number): number {
  return Math.ceil(kib / mib) * mib
}
