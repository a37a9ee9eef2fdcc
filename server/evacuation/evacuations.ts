import type { Role } from '../contract/account.ts'
import type {
  EvacuationOptions,
  EvacuationPlan,
  PlannedMove,
  StartEvacuationRequest,
} from '../contract/evacuation.ts'
import type { ForecastPlan, ForecastReply } from '../contract/forecast.ts'
import type { JobSummary } from '../contract/job.ts'
import type { StartMigrationRequest } from '../contract/migration.ts'
import type { PreflightReply, PreflightTarget } from '../contract/preflight.ts'
import { ProblemError } from '../contract/problem.ts'
import type { JobHandle, Jobs } from '../jobs/index.ts'
import { JobInterrupted } from '../jobs/index.ts'
import { figuresOf, planEvacuation, togetherMs } from '../migration/evacuation-plan.ts'
import {
  forecast,
  normalAutoConverge,
  normalDowntimeMs,
  summaryOf,
} from '../migration/forecast.ts'
import { Evacuation } from './evacuation.ts'
import type { Told } from './evacuation.ts'
import { keptEvacuation, rowsOf } from './kept-evacuation.ts'
import type { EvacuationOrder, KeptEvacuation } from './kept-evacuation.ts'

/** Domains planned at most: beyond that a plan says nothing to a person. */
const mostDomains = 500

interface PlacedDomain {
  host: string
  uuid: string
}

export interface EvacuationsOptions {
  jobs: Pick<Jobs, 'start' | 'register' | 'get' | 'list' | 'endOf'>
  /** Running domains of a host. @throws ProblemError not_found */
  domainsOf(host: string): (PlacedDomain & { name: string; memoryKiB: number })[]
  domainOf(host: string, uuid: string): PlacedDomain & { name: string; memoryKiB: number }
  /** Connected, with its domains known; true also of a host that is no longer in the fleet. */
  ready(host: string): boolean
  /** How long hosts are waited for after a restart of Ballast, ms. */
  patienceMs?: number
  moves: {
    preflight(host: string, uuid: string): Promise<PreflightReply>
    forecast(host: string, uuid: string, target: string): Promise<ForecastReply>
  }
  /** Begins one move as a part of the job. */
  migrate(
    host: string,
    uuid: string,
    request: StartMigrationRequest & { by: string; role: Role },
    parent: JobHandle<'evacuate'>,
  ): { job: JobSummary }
}

/** Plans and runs many moves as one job with a part for each. Methods throw only ProblemError. */
export class Evacuations {
  readonly #options: EvacuationsOptions
  readonly #running = new Map<string, Evacuation>()

  constructor(options: EvacuationsOptions) {
    this.#options = options
    options.jobs.register('evacuate', {
      // What a stop of Ballast leaves is taken up again; its moves see to themselves.
      onShutdown: 'leave',
      recover: (job, remembered) => {
        const kept = keptEvacuation(remembered)
        if (!kept) throw new JobInterrupted('Ballast ended before the first move began.')
        return this.#run(job, kept, true)
      },
    })
  }

  /** Begins nothing new any more; what is left of the plans goes on after a restart. Idempotent. */
  close(): void {
    for (const run of this.#running.values()) run.leave()
  }

  /** Who goes where in which order, and how long it takes. Nothing is begun. */
  async plan(
    host: string | null,
    domains: readonly PlacedDomain[],
    options: EvacuationOptions,
  ): Promise<EvacuationPlan> {
    const { domainsOf, domainOf, moves } = this.#options
    const all =
      host === null ? domains.map((one) => domainOf(one.host, one.uuid)) : domainsOf(host)
    const leaving = []
    for (const domain of all.slice(0, mostDomains)) {
      const { targets } = await moves.preflight(domain.host, domain.uuid)
      leaving.push({ ...domain, targets })
    }
    const away = new Set(host === null ? [] : [host])
    const planned: PlannedMove[] = []
    let shares = 1
    for (const move of planEvacuation(leaving, away)) {
      const found = leaving.find(({ uuid }) => uuid === move.uuid)
      const target = found?.targets.find((one) => one.host === move.target)
      const told = target ? await this.#forecast(move, target, options) : null
      if (told && options.bandwidthMiBps !== null) {
        shares = Math.max(1, told.linkMiBps / options.bandwidthMiBps)
      }
      planned.push({ ...move, ...figuresOf(told?.forecast ?? null) })
    }
    return {
      moves: planned,
      totalMs: togetherMs(planned, options.parallel, shares),
      left: planned.filter(({ target }) => target === null).length,
    }
  }

  /** Begins the moves of a plan; each is looked at again right before it. */
  start(request: StartEvacuationRequest & { by: string; role: Role }): { job: JobSummary } {
    const { host, moves, options, by, role } = request
    const rows = rowsOf(moves, this.#options.domainOf)
    const targets = new Set(moves.map(({ target }) => target))
    if (host !== null && targets.has(host)) {
      throw new ProblemError('invalid', {
        host,
        detail: `Host ${host} is to be emptied: nothing can move there.`,
      })
    }
    const hosts = [...new Set([...rows.map((one) => one.host), ...targets])]
    const order: EvacuationOrder = { host, options, by, role }
    const started = this.#options.jobs.start<'evacuate'>(
      {
        kind: 'evacuate',
        title: { host: host ?? hosts[0] ?? '', count: moves.length },
        owner: { type: 'user', name: by },
        hosts,
        domains: rows.map((row) => ({ host: row.host, uuid: row.uuid, name: row.name })),
        cancel: 'children',
      },
      (job) => this.#run(job, { order, rows, paused: false, stopped: false }, false),
    )
    return { job: started.summary() }
  }

  /** Stops beginning new moves, or goes on. Those under way are left alone. */
  pause(id: string, paused: boolean): void {
    const run = this.#running.get(id)
    if (!run) {
      throw new ProblemError('not_allowed_in_state', {
        detail: `Job ${id} is no evacuation that runs.`,
      })
    }
    run.pause(paused)
  }

  async #run(
    job: JobHandle<'evacuate'>,
    kept: KeptEvacuation,
    again: boolean,
  ): Promise<null> {
    const run = new Evacuation(
      { ...this.#options, told: (...of) => this.#forecast(...of) },
      job,
      kept,
    )
    this.#running.set(job.id, run)
    try {
      await run.work(again)
      return null
    } finally {
      this.#running.delete(job.id)
    }
  }

  async #forecast(
    move: PlacedDomain,
    target: PreflightTarget,
    options: EvacuationOptions,
  ): Promise<Told | null> {
    try {
      const { facts } = await this.#options.moves.forecast(
        move.host,
        move.uuid,
        target.host,
      )
      const plan: ForecastPlan = {
        bandwidthMiBps: options.bandwidthMiBps,
        downtimeMs: normalDowntimeMs,
        autoConverge: options.autoConverge ? normalAutoConverge : null,
        postCopy: false,
        copyDisks: target.copyDisks.length > 0,
      }
      const made = forecast(facts, plan)
      const linkMiBps = facts.link.mibps
      if (made.totalMs || !options.postCopy) {
        return { plan, forecast: summaryOf(made), linkMiBps }
      }
      const ahead = { ...plan, postCopy: true }
      return { plan: ahead, forecast: summaryOf(forecast(facts, ahead)), linkMiBps }
    } catch (error) {
      // A plan without this forecast is better than none.
      if (error instanceof ProblemError) return null
      throw error
    }
  }
}
