import { getLab } from '../../../e2e/lab/index.ts'
import type { ForecastRun } from '../../contract/forecast.ts'
import { factsOf } from '../../migration/facts.ts'
import { forecast, summaryOf } from '../../migration/forecast.ts'
import { modelError } from '../../migration/learn.ts'
import { figure, median, type Figure, type Suite } from '../figures.ts'
import { moveCases, type MoveCase } from './cases.ts'
import { Mover } from './mover.ts'

/**
 * Real moves of a guest of the lab, each forecast first from what Ballast would know of it: the
 * measured dirty rate, the guest's statistics and the moves before. A move that does not come to an
 * end is given up, and its verdict counts.
 */
export const migrationSuite: Suite = {
  name: 'migration',
  title: 'forecast against outcome of real moves: total time, and whether they converge',
  packages: ['libvirt-clients'],
  async run(say) {
    const mover = new Mover(getLab())
    const runs: ForecastRun[] = []
    say(heading)
    try {
      await mover.start()
      for (const [at, one] of moveCases.entries()) {
        const made = await forecastAndMove(mover, one, runs)
        runs.unshift(made)
        say(`${String(at + 1).padStart(2)}  ${lineOf(one, made)}`)
      }
    } finally {
      await mover.remove()
    }
    return figuresOf(runs)
  },
}

async function forecastAndMove(
  mover: Mover,
  { workload, plan }: MoveCase,
  runs: readonly ForecastRun[],
): Promise<ForecastRun> {
  await mover.guest.setWorkload(workload)
  const domain = await mover.look()
  const { source, target } = mover
  const expected = summaryOf(forecast(factsOf(domain, target, runs), plan))
  const startedMs = Date.now()
  return {
    id: String(startedMs),
    startedMs,
    source,
    target,
    uuid: domain.uuid,
    name: 'bench1',
    way: 'direct',
    plan,
    forecast: expected,
    outcome: await mover.move(plan),
  }
}

function figuresOf(runs: readonly ForecastRun[]): Figure[] {
  const { timePercent, verdictsRight, runs: judged } = modelError(runs)
  const pauses = runs.flatMap(({ forecast: expected, outcome }) =>
    expected?.pauseMs && outcome?.pauseMs
      ? [(Math.abs(expected.pauseMs.likely - outcome.pauseMs) / outcome.pauseMs) * 100]
      : [],
  )
  const silent = runs.filter(({ outcome }) => outcome?.ended === 'not-answering').length
  return [
    figure(
      'median error of the total time',
      '%',
      timePercent ?? Number.NaN,
      { name: 'goal', value: 25 },
      { atMost: 1 },
    ),
    figure(
      'verdicts right',
      'moves',
      verdictsRight,
      { name: 'moves', value: judged },
      { atLeast: 0.9 },
    ),
    figure(
      'median error of the pause',
      '%',
      median(pauses),
      { name: 'goal', value: 25 },
      null,
    ),
    figure(
      'guests alive after',
      'moves',
      runs.length - silent,
      {
        name: 'moves',
        value: runs.length,
      },
      { atLeast: 1 },
    ),
  ]
}

const heading =
  ' #  dirty MiB/s/set  cap  limit |  verdict     expected         took | passes      pause ms'

/** One move: what was set, what was expected, what came. */
function lineOf({ workload, plan }: MoveCase, { forecast: told, outcome }: ForecastRun) {
  const seconds = (ms: number | undefined | null) =>
    ms === undefined || ms === null ? '–' : (ms / 1000).toFixed(1)
  const right = (told?.totalMs !== null) === outcome?.converged
  const load = `${workload.dirtyMiBps}/${workload.workingSetMiB}${workload.busy ? 'b' : ''}`
  const cells = [
    `${load} fill ${workload.fillMiB}`.padEnd(16),
    String(plan.bandwidthMiBps ?? '–').padStart(4),
    String(plan.downtimeMs).padStart(6),
    '|',
    (told?.verdict ?? '').padStart(9) + (right ? '   ' : ' ! '),
    `${seconds(told?.totalMs?.likely)} s (${seconds(told?.totalMs?.low)}–${seconds(told?.totalMs?.high)})`.padStart(
      17,
    ),
    `${seconds(outcome?.totalMs)} s ${outcome?.ended}`.padStart(14),
    '|',
    `${told?.passes} → ${outcome?.passes}`.padStart(9),
    `${told?.pauseMs?.likely.toFixed(0) ?? '–'} → ${outcome?.pauseMs ?? '–'}`.padStart(12),
    `  ${told?.rates.sendMiBps.toFixed(0)} → ${outcome?.sendMiBps?.toFixed(0)} MiB/s`,
    `  ${told?.sentMiB?.likely.toFixed(0) ?? '–'} → ${outcome?.sentMiB?.toFixed(0)} MiB`,
    `  first ${outcome?.firstPassMiB?.toFixed(0)}`,
    `  dirty ${told?.rates.dirtyMiBps?.toFixed(0)}`,
    plan.autoConverge
      ? `  throttle ${told?.throttlePercent} → ${outcome?.throttlePercent} %`
      : '',
  ]
  return cells.join(' ')
}
