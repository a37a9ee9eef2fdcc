import type { Role } from '../contract/account.ts'
import type {
  EvacuationDetail,
  EvacuationOptions,
  EvacuationPlan,
  EvacuationRow,
  PlannedMove,
  StartEvacuationRequest,
} from '../contract/evacuation.ts'
import type { ForecastPlan, ForecastReply } from '../contract/forecast.ts'
import type { JobSummary } from '../contract/job.ts'
import { defaultMigrationOptions } from '../contract/migration.ts'
import type { MigrationOptions, StartMigrationRequest } from '../contract/migration.ts'
import type { PreflightReply, PreflightTarget } from '../contract/preflight.ts'
import { ProblemError } from '../contract/problem.ts'
import type { JobHandle, Jobs } from '../jobs/index.ts'
import { figuresOf, planEvacuation, togetherMs } from '../migration/evacuation-plan.ts'
import {
  forecast,
  normalAutoConverge,
  normalDowntimeMs,
  summaryOf,
} from '../migration/forecast.ts'

/** Domains planned at most: beyond that a plan says nothing to a person. */
const mostDomains = 500

interface PlacedDomain {
  host: string
  uuid: string
}

export interface EvacuationsOptions {
  jobs: Pick<Jobs, 'start'>
  /** Running domains of a host. @throws ProblemError not_found */
  domainsOf(host: string): (PlacedDomain & { name: string; memoryKiB: number })[]
  domainOf(host: string, uuid: string): PlacedDomain & { name: string; memoryKiB: number }
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
  ): { job: JobSummary; ended: Promise<unknown> }
}

/** Plans and runs many moves as one job with a part for each. Methods throw only ProblemError. */
export class Evacuations {
  readonly #options: EvacuationsOptions
  readonly #running = new Map<string, Evacuation>()

  constructor(options: EvacuationsOptions) {
    this.#options = options
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
    const { host, moves, by } = request
    const domains = moves.map((move) => {
      const domain = this.#options.domainOf(move.host, move.uuid)
      return { host: domain.host, uuid: domain.uuid, name: domain.name }
    })
    const targets = new Set(moves.map(({ target }) => target))
    if (host !== null && targets.has(host)) {
      throw new ProblemError('invalid', {
        host,
        detail: `Host ${host} is to be emptied: nothing can move there.`,
      })
    }
    const hosts = [...new Set([...domains.map((one) => one.host), ...targets])]
    const started = this.#options.jobs.start<'evacuate'>(
      {
        kind: 'evacuate',
        title: { host: host ?? hosts[0] ?? '', count: moves.length },
        owner: { type: 'user', name: by },
        hosts,
        domains,
        cancel: 'children',
      },
      async (job) => {
        const run = new Evacuation(this.#options, job, request, (move, target) =>
          this.#forecast(move, target, request.options),
        )
        this.#running.set(job.id, run)
        try {
          await run.work()
          return null
        } finally {
          this.#running.delete(job.id)
        }
      },
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

interface Told {
  plan: ForecastPlan
  forecast: ReturnType<typeof summaryOf>
  linkMiBps: number
}

/** One evacuation under way. */
class Evacuation {
  readonly #options: EvacuationsOptions
  readonly #job: JobHandle<'evacuate'>
  readonly #request: StartEvacuationRequest & { by: string; role: Role }
  readonly #forecast: (move: PlacedDomain, target: PreflightTarget) => Promise<Told | null>
  readonly #rows: EvacuationRow[]
  #paused = false
  /** Wakes the loop: something ended, was paused, goes on or is cancelled. */
  #wake: () => void = () => undefined

  constructor(
    options: EvacuationsOptions,
    job: JobHandle<'evacuate'>,
    request: StartEvacuationRequest & { by: string; role: Role },
    told: (move: PlacedDomain, target: PreflightTarget) => Promise<Told | null>,
  ) {
    this.#options = options
    this.#job = job
    this.#request = request
    this.#forecast = told
    this.#rows = request.moves.map(({ host, uuid, target }) => ({
      host,
      uuid,
      name: options.domainOf(host, uuid).name,
      target,
      targetName: target,
      state: 'waiting',
      job: null,
      totalMs: null,
      error: null,
    }))
  }

  pause(paused: boolean): void {
    this.#paused = paused
    this.#job.log(paused ? 'Paused: nothing new begins' : 'Goes on')
    this.#show()
    this.#wake()
  }

  /** Begins one after the other, as many at once as asked for, until all have ended. */
  async work(): Promise<void> {
    const { signal } = this.#job
    const onAbort = () => this.#wake()
    signal.addEventListener('abort', onAbort)
    this.#job.plan(['migrate'])
    this.#show()
    try {
      await this.#job.step('migrate', async () => {
        const underWay = new Set<Promise<void>>()
        for (;;) {
          const next = this.#rows.find(({ state }) => state === 'waiting')
          const room = underWay.size < this.#request.options.parallel
          if (next && room && !this.#paused && !signal.aborted) {
            next.state = 'moving'
            const one: Promise<void> = this.#move(next).finally(() => {
              underWay.delete(one)
              this.#show()
              this.#wake()
            })
            underWay.add(one)
            this.#show()
            continue
          }
          if (underWay.size === 0 && (!next || signal.aborted)) break
          await new Promise<void>((resolve) => (this.#wake = resolve))
        }
        for (const row of this.#rows) {
          if (row.state === 'waiting') row.state = 'cancelled'
        }
        this.#show()
        signal.throwIfAborted()
      })
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
    const failed = this.#rows.filter(({ state }) => state === 'failed')
    if (failed.length > 0) {
      throw new ProblemError('conflict', {
        detail: `${failed.length} of ${this.#rows.length} did not move: ${failed
          .map(({ name, error }) => `${name} (${error ?? 'see its job'})`)
          .join(', ')}`.slice(0, 2_000),
      })
    }
  }

  async #move(row: EvacuationRow): Promise<void> {
    const { host, uuid, name } = row
    try {
      const target = await this.#targetOf(row)
      row.target = target.host
      row.targetName = target.hostName
      const told = await this.#forecast(row, target)
      row.totalMs = told?.forecast.totalMs?.likely ?? null
      this.#job.signal.throwIfAborted()
      const { job, ended } = this.#options.migrate(
        host,
        uuid,
        {
          target: target.host,
          options: optionsOf(this.#request.options, target, told?.plan.postCopy ?? false),
          forecast: told && { plan: told.plan, forecast: told.forecast },
          by: this.#request.by,
          role: this.#request.role,
        },
        this.#job,
      )
      row.job = job.id
      this.#show()
      const end = await ended
      const state = endStateOf(end)
      row.state =
        state === 'done' ? 'moved' : state === 'cancelled' ? 'cancelled' : 'failed'
      if (row.state === 'failed') row.error = problemTextOf(end)
    } catch (error) {
      if (this.#job.signal.aborted) {
        row.state = 'cancelled'
        return
      }
      row.state = 'failed'
      row.error = error instanceof Error ? error.message : String(error)
      this.#job.log(`${name}: ${row.error}`, 'error')
    }
  }

  /** Looks again right before: the planned host, or the best other one that takes it now. */
  async #targetOf(row: EvacuationRow): Promise<PreflightTarget> {
    const { targets } = await this.#options.moves.preflight(row.host, row.uuid)
    const open = targets.filter(
      ({ host, level }) => level !== 'error' && host !== this.#request.host,
    )
    const planned = open.find(({ host }) => host === row.target)
    const target = planned ?? open[0]
    if (!target) {
      const words = targets
        .flatMap(({ host, findings }) =>
          findings
            .filter(({ level }) => level === 'error')
            .map(({ code }) => `${host}: ${code}`),
        )
        .join(', ')
      throw new ProblemError('conflict', { detail: `No host takes it now (${words})` })
    }
    if (!planned) this.#job.log(`${row.name} goes to ${target.hostName} instead`, 'warn')
    return target
  }

  #show(): void {
    const { host, options } = this.#request
    const known = this.#rows.map(({ totalMs, target }) => ({ totalMs, target }))
    const detail: EvacuationDetail = {
      host,
      paused: this.#paused,
      parallel: options.parallel,
      totalMs: togetherMs(known, options.parallel, 1),
      rows: this.#rows.map((row) => ({ ...row })),
    }
    this.#job.detail(detail)
    const done = this.#rows.filter(({ state }) => state !== 'waiting' && state !== 'moving')
    this.#job.progress({ done: done.length, total: this.#rows.length, unit: 'count' })
  }
}

/** What each move is asked for. */
function optionsOf(
  { bandwidthMiBps, autoConverge }: EvacuationOptions,
  { copyDisks }: PreflightTarget,
  postCopy: boolean,
): MigrationOptions {
  return {
    ...defaultMigrationOptions,
    bandwidthMiBps,
    autoConverge: autoConverge ? { ...normalAutoConverge } : null,
    postCopy,
    postCopyAfterFirstPass: postCopy,
    copyStorage: copyDisks.length > 0 ? 'full' : 'none',
    copyDisks,
  }
}

function endStateOf(end: unknown): string {
  return typeof end === 'object' && end !== null && 'state' in end
    ? String(end.state)
    : 'failed'
}

function problemTextOf(end: unknown): string | null {
  if (typeof end !== 'object' || end === null || !('summary' in end)) return null
  const { summary } = end
  if (typeof summary !== 'object' || summary === null || !('problem' in summary))
    return null
  const { problem } = summary
  if (typeof problem !== 'object' || problem === null || !('detail' in problem)) return null
  return typeof problem.detail === 'string' ? problem.detail : null
}
