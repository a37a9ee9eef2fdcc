import type {
  ForecastFacts,
  ForecastLink,
  ForecastPair,
  ForecastRun,
  LinkProbe,
} from '../contract/forecast.ts'

/** Runs that still say something, newest first. */
const mostRuns = 12
/** A move below this share of its cap was held up by something else than the cap. */
const capShare = 0.8
/** Nothing measured yet: a link of 1 Gbit/s, and how far off that may be. */
const assumed = { mibps: 110, lowMiBps: 25, highMiBps: 1_100 }
/** Without a single run: what libvirt and QEMU need around the memory, and for a small pause. */
const assumedOverheadMs = 250
const assumedPauseMs = 40
/** A measurement older than this says little about the link of today. */
const probeKeptMs = 30 * 24 * 3_600_000
/** One connection of QEMU goes no faster, whatever the link gives. */
const mostProbedMiBps = 1_200
/** QEMU has more to do than to send zeroes, and the link may be busier then: so far below is likely. */
const probedLow = 0.5
const probedHigh = 1.1

const finished = (run: ForecastRun) =>
  run.outcome !== null && run.outcome.ended !== 'failed'

/**
 * What earlier runs teach about the way between two hosts: its speed, how much of a cap comes
 * through, and what a move costs besides its memory. So the model's error corrects itself.
 *
 * @param runs of the whole fleet, newest first
 * @param probe the newest measurement between the two; counts where no move was made between them
 */
export function linkOf(
  runs: readonly ForecastRun[],
  source: string,
  target: string,
  probe: LinkProbe | null = null,
  nowMs = Date.now(),
): ForecastLink {
  const between = runs.filter((run) => run.source === source && run.target === target)
  const either = runs.filter((run) =>
    [run.source, run.target].some((host) => host === source || host === target),
  )
  const capYield = median(cappedYields(either).slice(0, mostRuns)) ?? 1
  const probedMs = probe?.atMs ?? null
  const fresh = probe !== null && nowMs - probe.atMs < probeKeptMs
  for (const [from, some] of [
    ['earlier', between],
    ['hosts', either],
  ] as const) {
    if (from === 'hosts' && fresh) {
      const mibps = Math.min(probe.mibps, mostProbedMiBps)
      return {
        mibps,
        lowMiBps: mibps * probedLow,
        highMiBps: mibps * probedHigh,
        from: 'probed',
        runs: 0,
        probedMs,
        pauseMiBps: mibps,
        capYield,
      }
    }
    const speeds = freeSpeeds(some).slice(0, mostRuns)
    const middle = median(speeds)
    if (middle === null) continue
    const wide = from === 'hosts' ? 1.6 : speeds.length < 3 ? 1.4 : 1.15
    return {
      mibps: middle,
      lowMiBps: Math.min(...speeds, middle / wide),
      highMiBps: Math.max(...speeds, middle * wide),
      from,
      runs: speeds.length,
      probedMs,
      pauseMiBps: Math.max(middle, pauseSpeed(either) ?? 0),
      capYield,
    }
  }
  // Nobody went without a cap: the link gives at least what was seen.
  const seen = Math.max(0, ...either.map((run) => run.outcome?.sendMiBps ?? 0))
  return {
    pauseMiBps: Math.max(assumed.mibps, seen, pauseSpeed(either) ?? 0),
    mibps: Math.max(assumed.mibps, seen),
    lowMiBps: Math.max(assumed.lowMiBps, seen),
    highMiBps: Math.max(assumed.highMiBps, seen * 2),
    from: 'assumed',
    runs: 0,
    probedMs,
    capYield,
  }
}

/** Each pair of hosts among some moves: how wrong the model was there, and what it learned. */
export function pairsOf(
  shown: readonly ForecastRun[],
  runs: readonly ForecastRun[],
  probeOf: (source: string, target: string) => LinkProbe | null,
): ForecastPair[] {
  const pairs = new Map(
    shown.map(({ source, target }) => [`${source} ${target}`, { source, target }]),
  )
  return [...pairs.values()].map(({ source, target }) => {
    const between = runs.filter((run) => run.source === source && run.target === target)
    return {
      source,
      target,
      moves: between.length,
      error: modelError(between),
      link: linkOf(runs, source, target, probeOf(source, target)),
    }
  })
}

/** What a move costs before its first page and after its last. */
export function overheadOf(
  runs: readonly ForecastRun[],
): Pick<ForecastFacts, 'overheadMs' | 'pauseFixedMs'> {
  const overheads = runs
    .filter(finished)
    .slice(0, mostRuns)
    .flatMap(({ outcome }) => {
      if (!outcome?.sentMiB || !outcome.sendMiBps) return []
      const sendingMs = (outcome.sentMiB / outcome.sendMiBps) * 1000
      return [Math.max(0, outcome.totalMs - sendingMs - (outcome.pauseMs ?? 0))]
    })
  return {
    overheadMs: Math.min(5_000, median(overheads) ?? assumedOverheadMs),
    pauseFixedMs: pauseFixedOf(runs),
  }
}

/** The shortest pauses are those in which next to nothing was left to send. */
function pauseFixedOf(runs: readonly ForecastRun[]): number {
  const shortest = quantile(pausesOf(runs), 0.1)
  return shortest === null ? assumedPauseMs : Math.min(5 * assumedPauseMs, 0.8 * shortest)
}

const pausesOf = (runs: readonly ForecastRun[]) =>
  runs
    .filter(finished)
    .slice(0, 2 * mostRuns)
    .flatMap(({ outcome }) =>
      outcome?.pauseMs && !outcome.postCopy ? [outcome.pauseMs] : [],
    )

/**
 * The speed while the guest stands still: faster than before, for neither cap nor guest is in the
 * way. From what was expected to be left and the pause that came of it.
 */
function pauseSpeed(runs: readonly ForecastRun[]): number | null {
  const fixedMs = pauseFixedOf(runs)
  const speeds = runs.filter(finished).flatMap(({ forecast, outcome }) => {
    const beyondMs = (outcome?.pauseMs ?? 0) - fixedMs
    if (!forecast || forecast.restMiB < 1 || beyondMs < 1 || outcome?.postCopy) return []
    return [(forecast.restMiB / beyondMs) * 1000]
  })
  return median(speeds.slice(0, mostRuns))
}

/** How wrong the model was so far. */
export function modelError(runs: readonly ForecastRun[]): ForecastFacts['error'] {
  const told = runs.filter(({ forecast, outcome }) => forecast && outcome)
  const errors = told.flatMap(({ forecast, outcome }) =>
    forecast?.totalMs && outcome?.ended === 'done' && outcome.totalMs > 0
      ? [Math.abs(forecast.totalMs.likely - outcome.totalMs) / outcome.totalMs]
      : [],
  )
  const judged = told.filter(({ outcome }) => outcome?.converged !== null)
  const middle = median(errors)
  return {
    runs: judged.length,
    timePercent: middle === null ? null : middle * 100,
    verdictsRight: judged.filter(
      ({ forecast, outcome }) => (forecast?.totalMs !== null) === outcome?.converged,
    ).length,
  }
}

/** MiB that the first pass of the domain's last move found other than zero; null = never moved. */
export function earlierFirstPassMiB(
  runs: readonly ForecastRun[],
  uuid: string,
): number | null {
  return runs.find((run) => run.uuid === uuid)?.outcome?.firstPassMiB ?? null
}

function cappedYields(runs: readonly ForecastRun[]): number[] {
  return runs.filter(finished).flatMap(({ plan, outcome }) => {
    const speed = outcome?.sendMiBps
    if (plan.bandwidthMiBps === null || !speed) return []
    const share = speed / plan.bandwidthMiBps
    return share >= capShare && share <= 1.25 ? [share] : []
  })
}

function freeSpeeds(runs: readonly ForecastRun[]): number[] {
  return runs.filter(finished).flatMap(({ plan, outcome }) => {
    const speed = outcome?.sendMiBps
    if (!speed) return []
    const free = plan.bandwidthMiBps === null || speed < plan.bandwidthMiBps * capShare
    return free ? [speed] : []
  })
}

/** The middle value; null for none. */
export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5)
}

function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
}
