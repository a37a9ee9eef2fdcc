import type { ForecastPlan, ForecastRun, ForecastSummary } from '../../contract/forecast.ts'
import { jobIsActive } from '../../contract/job.ts'
import { defaultMigrationOptions } from '../../contract/migration.ts'
import { MovePlanner } from '../../fleet/index.ts'
import { forecast, summaryOf } from '../../migration/forecast.ts'
import { runOf } from '../../migration/run-of.ts'
import { LabMoves } from '../../moves/testing/lab-moves.ts'

const name = 'bench1'
const ramMiB = 384
/** What the dialog's button measures, without the window of 10 s. */
const windows = [1, 1, 1, 2, 5]
/** A move that is stuck for so long is given up, as a person would. */
const hopelessMs = 25_000
/** However it looks: no case is worth more. */
const longestMs = 150_000

/**
 * A guest of the bench that is moved to and fro between two hosts by Ballast itself: its fleet, its
 * planner and its moves as jobs, put together as main.ts does.
 */
export class Mover {
  readonly #moves = new LabMoves(['alpha', 'beta'])
  readonly #planner: MovePlanner
  /** Newest first, as the store gives them. */
  readonly #runs: ForecastRun[] = []
  #at = 'alpha'

  constructor() {
    const { fleet } = this.#moves.labFleet
    this.#planner = new MovePlanner({
      hosts: () => fleet.hosts,
      runs: {
        recent: () => this.#runs,
        page: () => ({ total: this.#runs.length, runs: this.#runs }),
      },
      links: { get: () => null, put: () => undefined },
      measureLink: {
        measure: () => Promise.reject(new Error('nothing is measured here')),
        lines: () => '',
      },
      probePort: () => Promise.resolve('unknown'),
    })
  }

  get #to(): string {
    return this.#at === 'alpha' ? 'beta' : 'alpha'
  }
  get guest() {
    return this.#moves.guest(this.#at, name)
  }

  async start(): Promise<void> {
    await this.#moves.start()
    await this.#makeGuest()
  }

  async close(): Promise<void> {
    for (const host of ['alpha', 'beta']) await this.#moves.host(host).removeGuest(name)
    await this.#moves.close()
  }

  /** What the page shows of a move before it, after some seconds of measuring. */
  async look(plan: ForecastPlan): Promise<ForecastSummary> {
    const { labFleet } = this.#moves
    const { fleet } = labFleet
    const uuid = await this.#moves.whenOn(this.#at, name)
    const domain = () => fleet.hostOf(this.#at).inventory.domains.get(uuid)
    const sinceMs = Date.now()
    // Statistics of now: those before are of another load.
    await labFleet.when(
      'statistics of the guest',
      () => {
        const { stats, cpuPercent } = domain() ?? {}
        const writtenMs = (stats?.last_update ?? 0) * 1000
        return stats?.unused != null && cpuPercent != null && writtenMs > sinceMs
      },
      30_000,
    )
    await fleet.measureDirtyRate(this.#at, uuid, {
      mode: 'page-sampling',
      seconds: windows,
    })
    await labFleet.when(
      'the dirty rate',
      () => {
        const log = domain()?.dirtyRate
        return log?.asked.length === 0 && log.running === null && log.summary !== null
      },
      90_000,
    )
    const { facts } = await this.#planner.forecast(this.#at, uuid, this.#to)
    return summaryOf(forecast(facts, plan))
  }

  /** Makes the move, or gives it up when it does not come to an end, and says how it went. */
  async move(plan: ForecastPlan, expected: ForecastSummary): Promise<ForecastRun> {
    const { moves, jobs, labFleet } = this.#moves
    const uuid = await this.#moves.whenOn(this.#at, name)
    const { id } = moves.start(this.#at, uuid, {
      target: this.#to,
      options: {
        ...defaultMigrationOptions,
        bandwidthMiBps: plan.bandwidthMiBps,
        maxDowntimeMs: plan.downtimeMs,
        autoConverge: plan.autoConverge,
      },
      forecast: { plan, forecast: expected },
      by: 'bench',
      role: 'operator',
    }).job
    const beganMs = Date.now()
    let givenUp = false
    const hopeless = () => {
      if (jobs.get(id).job.detail === null) return false
      const { verdict, figures } = this.#moves.detail(id)
      const mayBrake = plan.autoConverge !== null && (figures?.throttlePercent ?? 0) < 99
      const limitMs = mayBrake ? 2 * hopelessMs : hopelessMs
      const stuck = verdict.kind === 'stuck' && Date.now() - verdict.sinceMs > limitMs
      return stuck || Date.now() - beganMs > longestMs
    }
    await labFleet.when(
      `the end of the move ${id}`,
      () => {
        if (!givenUp && jobIsActive(jobs.get(id).job.state) && hopeless()) {
          givenUp = true
          jobs.cancel(id, 'bench')
        }
        return !jobIsActive(jobs.get(id).job.state)
      },
      longestMs + 60_000,
    )
    const run = runOf(this.#moves.detail(id))
    if (!run?.outcome) {
      throw new Error(
        `move ${id} came to nothing: ${JSON.stringify(jobs.get(id).job.problem)}`,
      )
    }
    this.#runs.unshift(run)
    if (run.outcome.ended === 'done') this.#at = this.#to
    else if (run.outcome.ended !== 'aborted') await this.#makeGuest()
    return run
  }

  async #makeGuest(): Promise<void> {
    for (const host of ['alpha', 'beta']) await this.#moves.host(host).removeGuest(name)
    this.#at = 'alpha'
    const plan = { name, maximumMiB: ramMiB, network: false, statsPeriodS: 1 }
    await this.#moves.host('alpha').makeGuest(plan)
  }
}
