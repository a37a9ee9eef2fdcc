/**
 * Where the crosshair of another chart lies in this one: the row nearest in time. Charts of one page
 * have different rows, so neither their numbers nor their exact times agree. -1 = nowhere.
 */
export function nearestTick(
  ticks: readonly { value?: unknown }[],
  other: { activeLabel?: unknown },
): number {
  const wanted = Number(other.activeLabel)
  let best = -1
  let distance = Infinity
  ticks.forEach(({ value }, at) => {
    const off = Math.abs(Number(value) - wanted)
    if (off < distance) [best, distance] = [at, off]
  })
  return best
}
