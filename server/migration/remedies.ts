import type { ForecastFacts, ForecastPlan } from '../contract/forecast.ts'
import { assumptionsOf, forecast, normalAutoConverge } from './forecast.ts'
import { simulateRounds } from './rounds.ts'

/** What would make a move end that does not by itself. null = this cannot. */
export interface Remedies {
  /** Least speed that does, MiB/s; `possible`: the link gives as much. */
  bandwidth: { mibps: number; possible: boolean } | null
  /** Least downtime limit that does, and the pause that comes of it. */
  downtime: { ms: number; pauseMs: number; totalMs: number } | null
  /** Least throttle that does; `reached`: auto-converge gets there, after so long. */
  throttle: { percent: number; totalMs: number | null } | null
  postCopy: { totalMs: number; pauseMs: number }
}

const mostDowntimeMs = 60_000
const mostThrottle = 99

/** Looks for each means by itself, with all else left as it is. */
export function remediesOf(facts: ForecastFacts, plan: ForecastPlan): Remedies {
  const alone: ForecastPlan = { ...plan, postCopy: false }
  const ends = (change: Partial<ForecastPlan>) => forecastOf(facts, { ...alone, ...change })
  return {
    bandwidth: bandwidthFor(facts, alone),
    downtime: downtimeFor(facts, alone),
    throttle: throttleFor(facts, alone),
    postCopy: postCopyOf(ends({ postCopy: true, autoConverge: null })),
  }
}

function forecastOf(facts: ForecastFacts, plan: ForecastPlan) {
  return forecast(facts, plan)
}

function postCopyOf(made: ReturnType<typeof forecast>): Remedies['postCopy'] {
  return {
    totalMs: made.totalMs?.likely ?? made.likely.totalMs,
    pauseMs: made.pauseMs?.likely ?? made.likely.pauseMs,
  }
}

function bandwidthFor(facts: ForecastFacts, plan: ForecastPlan): Remedies['bandwidth'] {
  const given = assumptionsOf(facts, plan, 'likely')
  const converges = (mibps: number) =>
    simulateRounds(
      { ...given, sendMiBps: mibps, pauseMiBps: Math.max(mibps, given.pauseMiBps) },
      plan,
    ).done
  let high = Math.max(1, given.sendMiBps)
  for (let doubled = 0; doubled < 14 && !converges(high); doubled++) high *= 2
  if (!converges(high)) return null
  const mibps = Math.ceil(least(0, high, converges) / facts.link.capYield)
  return { mibps, possible: mibps <= facts.link.mibps }
}

function downtimeFor(facts: ForecastFacts, plan: ForecastPlan): Remedies['downtime'] {
  const given = assumptionsOf(facts, plan, 'likely')
  const run = (downtimeMs: number) => simulateRounds(given, { ...plan, downtimeMs })
  if (!run(mostDowntimeMs).done) return null
  const exact = least(0, mostDowntimeMs, (ms) => run(ms).done)
  // A limit that just fits does not by the next small change.
  const ms = Math.min(mostDowntimeMs, Math.ceil((exact * 1.2) / 50) * 50)
  const { pauseMs, totalMs } = run(ms)
  return { ms, pauseMs, totalMs }
}

function throttleFor(facts: ForecastFacts, plan: ForecastPlan): Remedies['throttle'] {
  const given = assumptionsOf(facts, plan, 'likely')
  const fixed = { ...plan, autoConverge: null }
  for (let percent = 1; percent <= mostThrottle; percent++) {
    if (!simulateRounds(given, fixed, percent).done) continue
    const stepped = { ...plan, autoConverge: plan.autoConverge ?? normalAutoConverge }
    const reached = simulateRounds(given, stepped)
    return { percent, totalMs: reached.done ? reached.totalMs : null }
  }
  return null
}

/** The least value of a range for which `holds`, which holds at `high`; to a hundredth of it. */
function least(low: number, high: number, holds: (value: number) => boolean): number {
  let [under, over] = [low, high]
  for (let step = 0; step < 24 && over - under > over / 100; step++) {
    const middle = (under + over) / 2
    if (holds(middle)) over = middle
    else under = middle
  }
  return over
}
