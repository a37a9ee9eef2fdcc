import type { ForecastRun } from '../../contract/forecast.ts'
import { modelError } from '../../migration/learn.ts'
import { figure, median, type Figure, type Suite } from '../figures.ts'
import { moveCases, type MoveCase } from './cases.ts'
import { Mover } from './mover.ts'

/**
 * Real moves of a guest of the lab by Ballast's own driver, each forecast first from what its page would
 * show: the measured dirty rate, the guest's statistics and the moves before. A move that does not come
 * to an end is given up, and its verdict counts.
 */
export const migrationSuite: Suite = {
  name: 'migration',
  title: 'forecast against outcome of real moves: total time, and whether they converge',
  packages: ['libvirt-clients'],
  async run(say) {
    const mover = new Mover()
    const runs: ForecastRun[] = []
    say(heading)
    try {
      await mover.start()
      for (const [at, one] of moveCases.entries()) {
        await mover.guest.setWorkload(one.workload)
        const made = await mover.move(one.plan, await mover.look(one.plan))
        runs.unshift(made)
        say(`| ${at + 1} | ${lineOf(one, made)} |`)
      }
    } finally {
      await mover.close()
    }
    return figuresOf(runs)
  },
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

const heading = [
  '| # | writes MiB/s over MiB | filled | cap MiB/s | limit ms | verdict | expected s | took s | passes | pause ms | sent MiB | MiB/s |',
  '|--:|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|',
].join('\n')

/** One move: what was set, what was expected, what came. */
function lineOf({ workload, plan }: MoveCase, { forecast: told, outcome }: ForecastRun) {
  const say = (value: number | undefined | null, digits = 0) =>
    value === undefined || value === null ? '–' : value.toFixed(digits)
  const seconds = (ms: number | undefined | null) =>
    say(ms === undefined || ms === null ? null : ms / 1000, 1)
  const right = (told?.totalMs !== null) === outcome?.converged
  const braked = plan.autoConverge ? ` at ${say(outcome?.throttlePercent)} %` : ''
  return [
    `${workload.dirtyMiBps}/${workload.workingSetMiB}${workload.busy ? ' busy' : ''}`,
    workload.fillMiB,
    plan.bandwidthMiBps ?? '–',
    plan.downtimeMs,
    `${told?.verdict}${right ? '' : ' (wrong)'}`,
    seconds(told?.totalMs?.likely),
    `${seconds(outcome?.totalMs)}${outcome?.ended === 'done' ? '' : ` ${outcome?.ended}`}${braked}`,
    `${told?.passes} → ${say(outcome?.passes)}`,
    `${say(told?.pauseMs?.likely)} → ${say(outcome?.pauseMs)}`,
    `${say(told?.sentMiB?.likely)} → ${say(outcome?.sentMiB)}`,
    `${say(told?.rates.sendMiBps)} → ${say(outcome?.sendMiBps)}`,
  ].join(' | ')
}
