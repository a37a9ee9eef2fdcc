const firstMs = 500
const mostMs = 20_000

/**
 * How long to wait before try number `tries` (1, 2, …): doubling from 0.5 s to 20 s, of which the
 * upper half is jitter, so that 200 browsers do not come back in the same instant. 0 = at once,
 * with a jitter of a quarter second. `random` is in [0, 1).
 */
export function backoffMs(tries: number, random: number): number {
  if (tries === 0) return Math.round(random * 250)
  const ceiling = Math.min(firstMs * 2 ** (tries - 1), mostMs)
  return Math.round(ceiling / 2 + (ceiling / 2) * random)
}
