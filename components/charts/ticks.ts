import { kibPer, kibUnit, type KibUnit } from './format.ts'

export interface Axis {
  /** From 0 (or the lowest) to the top of the drawing, evenly spaced. */
  ticks: number[]
  top: number
  bottom: number
}

/** At most `most` steps from `bottom` to at least `max`, each a round number of the family given. */
function axis(bottom: number, max: number, step: number): Axis {
  const steps = Math.max(1, Math.ceil((max - bottom) / step - 1e-9))
  const ticks = Array.from({ length: steps + 1 }, (_tick, index) => bottom + index * step)
  return { ticks, top: bottom + steps * step, bottom }
}

/** Axis for sizes in KiB: steps are powers of two, so that every tick is a whole binary number. */
export function binaryAxis(maxKiB: number, most = 5): Axis {
  if (!(maxKiB > 0)) return axis(0, 1024, 512)
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(maxKiB / most)))
  return axis(0, maxKiB, step)
}

/** Axis for counts and rates: steps are 1, 2 or 5 times a power of ten. */
export function decimalAxis(max: number, most = 5): Axis {
  if (!(max > 0)) return axis(0, 1, 0.5)
  const power = 10 ** Math.floor(Math.log10(max / most))
  const factor = [1, 2, 5, 10].find((f) => (f * power * most) / max >= 1 - 1e-9) ?? 10
  return axis(0, max, factor * power)
}

/** Axis for percentages: to 100 unless all is far below. */
export function percentAxis(max: number): Axis {
  if (max > 50) return axis(0, Math.max(100, max), 25)
  if (max > 20) return axis(0, 50, 10)
  return axis(0, max > 10 ? 20 : 10, 5)
}

/** The one unit in which all labels of an axis are written. */
export function axisUnit(topKiB: number): KibUnit {
  return kibUnit(topKiB)
}

/** Fraction digits that the labels of an axis need so that no two look the same. */
export function axisDigits(stepKiB: number, unit: KibUnit): number {
  const step = stepKiB / kibPer(unit)
  let digits = 0
  while (
    digits < 3 &&
    Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-9
  )
    digits += 1
  return digits
}

const timeStepsMs = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
  86_400,
].map((seconds) => seconds * 1000)

/**
 * Round times within [startMs, endMs], at most `most`. They stay at the same times while the window
 * moves on, so labels travel with the data.
 */
export function timeTicks(startMs: number, endMs: number, most = 6): number[] {
  if (!(endMs > startMs) || most < 1) return []
  const span = endMs - startMs
  const step =
    timeStepsMs.find((candidate) => span / candidate <= most) ??
    Math.ceil(span / most / 86_400_000) * 86_400_000
  const ticks: number[] = []
  for (let at = Math.ceil(startMs / step) * step; at <= endMs; at += step) ticks.push(at)
  return ticks
}

/** Whether labels of these ticks need seconds. */
export function ticksNeedSeconds(ticks: readonly number[]): boolean {
  return ticks.some((at) => at % 60_000 !== 0)
}

/** px: a figure of the axis' small type is so wide, an ideograph nearly twice that. */
const figurePx = 6.7
const ideographPx = 11
/** px that labels keep from each other. */
const labelGapPx = 6

/** The ticks whose labels have room beside each other, from the left. `x`: where a tick is, px. */
export function roomyTicks(
  ticks: readonly number[],
  x: (tick: number) => number,
  label: (tick: number) => string,
): number[] {
  let endPx = -Infinity
  return ticks.filter((tick) => {
    const widths = [...label(tick)].map((letter) =>
      letter > '\u2e80' ? ideographPx : figurePx,
    )
    const halfPx = widths.reduce((total, one) => total + one, 0) / 2
    if (x(tick) - halfPx < endPx + labelGapPx) return false
    endPx = x(tick) + halfPx
    return true
  })
}
