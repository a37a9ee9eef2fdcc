import type {
  ForecastFacts,
  ForecastPlan,
  ForecastSpan,
  ForecastSummary,
  ForecastVerdict,
} from '../contract/forecast.ts'
import { dirtyCurve, shortRateMiBps } from './dirty-curve.ts'
import { simulateRounds } from './rounds.ts'
import type { Assumptions, Rounds } from './rounds.ts'

/** QEMU's own downtime limit (migration/options.c, DEFAULT_MIGRATE_SET_DOWNTIME). */
export const normalDowntimeMs = 300
/** QEMU's own throttle steps. */
export const normalAutoConverge = { initialPercent: 20, incrementPercent: 10 }

/** One point of the drawn forecast; null = over by then. */
export interface ForecastPoint {
  ms: number
  lowMiB: number | null
  likelyMiB: number | null
  highMiB: number | null
}

export interface Forecast extends ForecastSummary {
  likely: Rounds
  points: ForecastPoint[]
}

/** Not everything goes wrong at once: each assumption is moved by this share of its range. */
const spread = 0.7
const bytesPerMiB = 2 ** 20

type Case = 'best' | 'likely' | 'worst'

/** All that the model takes for granted in the best, the likely and the worst case. */
export function assumptionsOf(
  facts: ForecastFacts,
  plan: Pick<ForecastPlan, 'bandwidthMiBps' | 'copyDisks'>,
  which: Case,
): Assumptions {
  const { memory, link } = facts
  const towards = (low: number, likely: number, high: number, side: -1 | 0 | 1) =>
    side < 0
      ? likely - (likely - low) * spread
      : side > 0
        ? likely + (high - likely) * spread
        : likely
  const side = which === 'best' ? -1 : which === 'worst' ? 1 : 0
  const opposite = which === 'best' ? 1 : which === 'worst' ? -1 : 0
  const sendKiB = towards(memory.lowKiB, memory.likelyKiB, memory.highKiB, side)
  const linkMiBps = towards(link.lowMiBps, link.mibps, link.highMiBps, opposite)
  const cap = plan.bandwidthMiBps === null ? Infinity : plan.bandwidthMiBps * link.capYield
  const ramMiB = memory.ramKiB / 1024
  return {
    sendMiB: sendKiB / 1024,
    zeroMiB: Math.max(0, ramMiB - sendKiB / 1024),
    sendMiBps: Math.min(linkMiBps, cap),
    pauseMiBps: link.pauseMiBps * (linkMiBps / Math.max(0.01, link.mibps)),
    capped: cap < linkMiBps,
    curve: dirtyCurve(facts.dirty, 0.5 + (side * spread) / 2, ramMiB),
    cpuShare: facts.cpuShare,
    overheadMs: facts.overheadMs,
    pauseFixedMs: facts.pauseFixedMs,
    diskMiB: plan.copyDisks ? facts.diskBytes / bytesPerMiB : 0,
  }
}

/**
 * Whether a move would end by itself, in what time, with which pause; and how far that can be
 * trusted. Pure and quick: called anew each time somebody moves a slider.
 */
export function forecast(facts: ForecastFacts, plan: ForecastPlan): Forecast {
  const run = (which: Case) => simulateRounds(assumptionsOf(facts, plan, which), plan)
  const [best, likely, worst] = [run('best'), run('likely'), run('worst')]
  const spanOf = (read: (rounds: Rounds) => number): ForecastSpan | null => {
    if (!likely.done) return null
    const middle = read(likely)
    return {
      low: best.done ? Math.min(read(best), middle) : middle,
      likely: middle,
      high: worst.done ? Math.max(read(worst), middle) : middle,
    }
  }
  const assumed = assumptionsOf(facts, plan, 'likely')
  return {
    verdict: verdictOf(best.done, likely.done, worst.done),
    totalMs: spanOf(({ totalMs }) => totalMs),
    pauseMs: spanOf(({ pauseMs }) => pauseMs),
    sentMiB: spanOf(({ sentMiB }) => sentMiB),
    passes: likely.passes.length,
    restMiB: likely.restMiB,
    throttlePercent: likely.throttlePercent,
    stuckMiB: likely.done ? null : likely.stuckMiB,
    rates: { dirtyMiBps: shortRateMiBps(facts.dirty), sendMiBps: assumed.sendMiBps },
    likely,
    points: drawn(best, likely, worst),
  }
}

/** What is kept beside the outcome. */
export function summaryOf(made: Forecast): ForecastSummary {
  const { likely: _likely, points: _points, ...summary } = made
  return summary
}

function verdictOf(best: boolean, likely: boolean, worst: boolean): ForecastVerdict {
  if (likely) return worst ? 'converges' : 'likely'
  return best ? 'unlikely' : 'never'
}

/** Points that a chart of usual width can show. */
const drawnPoints = 160

function drawn(best: Rounds, likely: Rounds, worst: Rounds): ForecastPoint[] {
  const until = Math.max(best.totalMs, likely.totalMs, worst.totalMs)
  // What never ends would make the part that is worth seeing too small.
  const shown = Math.min(until, 4 * Math.max(likely.totalMs, best.totalMs))
  const times = new Set<number>()
  for (let at = 0; at <= drawnPoints; at++) times.add((shown * at) / drawnPoints)
  // The teeth of the saw as they are, as long as they are few.
  if (likely.line.length < drawnPoints) {
    for (const { ms } of likely.line) if (ms <= shown) times.add(ms)
  }
  const [low, middle, high] = [reader(best), reader(likely), reader(worst)]
  return [...times]
    .toSorted((a, b) => a - b)
    .map((ms) => {
      const values = [low(ms), middle(ms), high(ms)]
      const known = values.filter((value) => value !== null)
      return {
        ms,
        lowMiB: values.includes(null) ? 0 : Math.min(...known),
        likelyMiB: values[1] ?? null,
        highMiB: known.length === 0 ? null : Math.max(...known),
      }
    })
}

/** Reads a line of straight pieces at rising times; null after its end. */
function reader({ line, done }: Rounds): (ms: number) => number | null {
  let at = 0
  return (ms) => {
    while (at < line.length - 2 && line[at + 1]!.ms < ms) at++
    const [from, to] = [line[at]!, line[at + 1]!]
    if (ms > to.ms) return done ? null : to.mib
    const share = to.ms > from.ms ? (ms - from.ms) / (to.ms - from.ms) : 1
    return from.mib + (to.mib - from.mib) * Math.max(0, share)
  }
}
