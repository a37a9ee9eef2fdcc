const steps = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000,
]

/** Round times from 0 on, at most seven, for an axis that ends at `longestMs`. */
export function timeTicks(longestMs: number): number[] {
  const step = steps.find((one) => longestMs / one <= 6) ?? longestMs / 4
  const ticks = []
  for (let at = 0; at <= longestMs && ticks.length < 8; at += step) ticks.push(at)
  return ticks
}
