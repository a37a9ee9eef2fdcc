/** Somebody who can give. Units are whole numbers of anything. */
export interface Giver {
  key: string
  /** The most it can give. */
  cap: number
  /** How willingly, above 0: who has twice the weight gives twice as much, up to its cap. */
  weight: number
}

/**
 * Spreads `wanted` over the givers by weight, nobody beyond its cap, nobody below `least` as long as
 * others can give instead: a move of a few pages costs more than it brings. Exact to the unit and the
 * same for the same input in any order.
 *
 * @returns what each gives, without those who give nothing
 */
export function distribute(
  wanted: number,
  givers: readonly Giver[],
  least: number,
): Map<string, number> {
  let left = givers
    .filter(({ cap, weight }) => cap >= 1 && weight > 0)
    .toSorted((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1))
  const goal = Math.min(Math.floor(wanted), sumOf(left))
  if (goal <= 0) return new Map()
  for (;;) {
    const gives = fill(goal, left)
    const small = left
      .filter(({ key }) => (gives.get(key) ?? 0) < least)
      .toSorted((a, b) => (gives.get(a.key) ?? 0) - (gives.get(b.key) ?? 0))
    let spare = sumOf(left) - goal
    const dropped = new Set<string>()
    // Half of them at a time: those that stay then get more, and perhaps enough.
    for (const giver of small.slice(0, Math.ceil(small.length / 2))) {
      if (giver.cap > spare || left.length - dropped.size === 1) continue
      spare -= giver.cap
      dropped.add(giver.key)
    }
    if (dropped.size === 0) return gives
    left = left.filter(({ key }) => !dropped.has(key))
  }
}

/** By weight up to the caps; what is left over by rounding goes to the first, unit by unit. */
function fill(goal: number, givers: readonly Giver[]): Map<string, number> {
  const byCap = givers.toSorted((a, b) => a.cap / a.weight - b.cap / b.weight)
  let rest = goal
  let weights = givers.reduce((sum, { weight }) => sum + weight, 0)
  let level = 0
  // Who fills up first leaves its part to the others.
  for (const { cap, weight } of byCap) {
    level = rest / weights
    if (cap / weight > level) break
    rest -= cap
    weights -= weight
  }
  const gives = new Map<string, number>()
  let given = 0
  for (const { key, cap, weight } of givers) {
    const part = Math.min(cap, goal - given, Math.max(0, Math.floor(level * weight)))
    gives.set(key, part)
    given += part
  }
  for (const { key, cap } of givers) {
    const part = gives.get(key) ?? 0
    const more = Math.min(cap - part, goal - given, 1)
    if (more > 0) {
      gives.set(key, part + more)
      given += more
    }
  }
  // Weights of very different size: what floating point lost goes where there is room.
  for (const { key, cap } of givers) {
    const part = gives.get(key) ?? 0
    const more = Math.min(cap - part, goal - given)
    if (more > 0) {
      gives.set(key, part + more)
      given += more
    }
    if (gives.get(key) === 0) gives.delete(key)
  }
  return gives
}

function sumOf(givers: readonly Giver[]): number {
  return givers.reduce((sum, { cap }) => sum + cap, 0)
}
