const firstMs = 500
const mostMs = 15_000

/**
 * Pause before the next try to reach a host: doubles from half a second to 15 s, with jitter, so that
 * hosts lost together do not come back together.
 *
 * @param failures tries that failed in a row, from 1
 * @param random 0..1
 */
export function backoffMs(failures: number, random: number = Math.random()): number {
  const wholeMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 10))
  return Math.round(wholeMs * (0.5 + random / 2))
}
