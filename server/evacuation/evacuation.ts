import { setTimeout as sleep } from 'node:timers/promises'

import type { EvacuationDetail, EvacuationOptions } from '../contract/evacuation.ts'
import type { ForecastPlan, ForecastSummary } from '../contract/forecast.ts'
import { jobQuery } from '../contract/job.ts'
import type { JobSummary } from '../contract/job.ts'
import { defaultMigrationOptions, migrationDetail } from '../contract/migration.ts'
import type { MigrationOptions } from '../contract/migration.ts'
import type { PreflightTarget } from '../contract/preflight.ts'
import { ProblemError } from '../contract/problem.ts'
import type { JobHandle } from '../jobs/index.ts'
import { JobInterrupted } from '../jobs/index.ts'
import { emulatorKiB, togetherMs } from '../migration/evacuation-plan.ts'
import { normalAutoConverge } from '../migration/forecast.ts'
import type { EvacuationsOptions } from './evacuations.ts'
import type { EvacuationOrder, KeptEvacuation, KeptRow } from './kept-evacuation.ts'

/** Moves that restarts cut so often are not tried again. */
const mostCuts = 3
const readyPollMs = 500

/** What a move was forecast from, with what came of that. */
export interface Told {
  plan: ForecastPlan
  forecast: ForecastSummary
  linkMiBps: number
}

interface Surroundings extends EvacuationsOptions {
  told(
    move: { host: string; uuid: string },
    target: PreflightTarget,
    options: EvacuationOptions,
  ): Promise<Told | null>
}

/**
 * One evacuation under way. All of it is kept at each change, so that a restart goes on where it was:
 *
 *   waiting ─► moving ─► moved, failed, cancelled
 *      ▲          │
 *      └──────────┴ a restart cut it: tried again while the guest runs on its source, else interrupted
 */
export class Evacuation {
  readonly #around: Surroundings
  readonly #job: JobHandle<'evacuate'>
  readonly #order: EvacuationOrder
  readonly #rows: KeptRow[]
  /** Those whose host has been chosen: their memory is on its way there. */
  readonly #placed = new Set<KeptRow>()
  #paused: boolean
  /** Cancelled before a restart. */
  readonly #stopped: boolean
  #left = false
  /** Settled at each change: something ended, was paused, goes on or is cancelled. */
  #change = Promise.withResolvers<void>()

  constructor(
    around: Surroundings,
    job: JobHandle<'evacuate'>,
    { order: given, rows, paused, stopped }: KeptEvacuation,
  ) {
    this.#around = around
    this.#job = job
    this.#order = given
    this.#rows = rows.map((row) => ({ ...row }))
    this.#paused = paused
    this.#stopped = stopped
  }

  pause(paused: boolean): void {
    this.#paused = paused
    this.#job.log(paused ? 'Paused: nothing new begins' : 'Goes on')
    this.#changed()
  }

  /** Ballast is being stopped: nothing is begun or noted any more. */
  leave(): void {
    this.#left = true
  }

  /**
   * Begins one after the other, as many at once as asked for, until all have ended.
   *
   * @param again Ballast was started again in between: those under way are followed on
   */
  async work(again: boolean): Promise<void> {
    const { signal } = this.#job
    const onAbort = () => this.#changed()
    signal.addEventListener('abort', onAbort)
    this.#job.plan(['migrate'])
    try {
      await this.#job.step('migrate', async () => {
        const underWay = new Set<Promise<void>>()
        const follow = (row: KeptRow) => {
          const one: Promise<void> = this.#move(row).finally(() => {
            underWay.delete(one)
            this.#changed()
          })
          underWay.add(one)
          this.#changed()
        }
        if (again) for (const row of this.#taken()) follow(row)
        this.#changed()
        if (again && !this.#stopped) await this.#whenReady()
        for (;;) {
          const stopped = this.#stopped || signal.aborted
          const next = this.#rows.find(({ state }) => state === 'waiting')
          const room = underWay.size < this.#order.options.parallel
          if (next && room && !this.#paused && !this.#left && !stopped) {
            next.state = 'moving'
            follow(next)
            continue
          }
          if (underWay.size === 0 && (!next || stopped) && !this.#left) break
          await this.#change.promise
        }
        for (const row of this.#rows) {
          if (row.state === 'waiting') row.state = 'cancelled'
        }
        this.#changed()
        signal.throwIfAborted()
        if (this.#stopped) {
          throw new JobInterrupted(
            'It was cancelled, and Ballast ended before its moves did.',
          )
        }
      })
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
    const failed = this.#rows.filter(
      ({ state }) => state === 'failed' || state === 'interrupted',
    )
    if (failed.length > 0) {
      throw new ProblemError('conflict', {
        detail: `${failed.length} of ${this.#rows.length} did not move: ${failed
          .map(({ name, error }) => `${name} (${error ?? 'see its job'})`)
          .join(', ')}`.slice(0, 2_000),
      })
    }
  }

  /** The moves that were under way when Ballast ended. One whose job never came to be waits again. */
  #taken(): KeptRow[] {
    const query = jobQuery.parse({ parent: this.#job.id })
    const parts = this.#around.jobs.list(query, 0, 1_000).jobs
    return this.#rows.filter((row) => {
      if (row.state !== 'moving') return false
      if (row.job === null) {
        // The newest one: written before its number could be noted here, or the one cut before it.
        const newest = parts.find(({ domains }) => domains[0]?.uuid === row.uuid)
        if (newest && newest.id !== row.cutJob) row.job = newest.id
      }
      if (row.job === null) row.state = 'waiting'
      else this.#placed.add(row)
      return row.job !== null
    })
  }

  /** Hosts are not connected yet right after a restart; one that stays away is not waited for. */
  async #whenReady(): Promise<void> {
    const { ready, patienceMs = 60_000 } = this.#around
    const hosts = new Set(this.#rows.flatMap(({ host, target }) => [host, target]))
    const until = Date.now() + patienceMs
    while (![...hosts].every(ready) && Date.now() < until && !this.#job.signal.aborted) {
      await sleep(Math.min(readyPollMs, patienceMs))
    }
  }

  async #move(row: KeptRow): Promise<void> {
    try {
      if (row.job === null) await this.#begin(row)
      if (row.job === null) return
      const end = await this.#around.jobs.endOf(row.job)
      // It ended because Ballast does: the next start says what became of it.
      if (this.#left) return await new Promise<never>(() => undefined)
      this.#note(row, end)
    } catch (error) {
      this.#placed.delete(row)
      if (this.#left) return await new Promise<never>(() => undefined)
      if (this.#job.signal.aborted) {
        row.state = 'cancelled'
        return
      }
      row.state = 'failed'
      row.error = error instanceof Error ? error.message : String(error)
      this.#job.log(`${row.name}: ${row.error}`, 'error')
    }
  }

  async #begin(row: KeptRow): Promise<void> {
    const { options, by, role: as } = this.#order
    const target = await this.#targetOf(row)
    const told = await this.#around.told(row, target, options)
    row.totalMs = told?.forecast.totalMs?.likely ?? null
    this.#job.signal.throwIfAborted()
    if (this.#left) return
    const { job } = this.#around.migrate(
      row.host,
      row.uuid,
      {
        target: target.host,
        options: optionsOf(options, target, told?.plan.postCopy ?? false),
        forecast: told && { plan: told.plan, forecast: told.forecast },
        by,
        role: as,
      },
      this.#job,
    )
    row.job = job.id
    row.error = null
    this.#changed()
  }

  /** How a move ended. What a restart cut is tried again only while the guest runs on its source. */
  #note(row: KeptRow, { id, state, problem }: JobSummary): void {
    row.error = problem?.detail ?? null
    if (state === 'done') {
      row.state = 'moved'
      row.error = null
    } else if (state === 'cancelled') row.state = 'cancelled'
    else if (state !== 'interrupted') row.state = 'failed'
    else {
      const detail = migrationDetail.safeParse(this.#around.jobs.get(id).job.detail)
      // Without an outcome it never began: nothing had been sent.
      const where = detail.data?.result?.where ?? 'source'
      row.cuts++
      const again = where === 'source' && row.cuts < mostCuts
      row.state = again ? 'waiting' : 'interrupted'
      this.#job.log(
        again
          ? `${row.name}: a restart of Ballast cut its move; it runs on ${row.host} and is tried again`
          : `${row.name}: ${row.error ?? 'cut by a restart of Ballast'}`,
        'warn',
      )
      row.cutJob = id
      if (again) row.job = null
      this.#placed.delete(row)
    }
  }

  /**
   * Looks again right before: the planned host, or the best other one that takes it now. Guests on
   * their way count as if they were there; where only they are in the way, their end is waited for.
   */
  async #targetOf(row: KeptRow): Promise<PreflightTarget> {
    for (;;) {
      this.#job.signal.throwIfAborted()
      const changed = this.#change.promise
      const { targets } = await this.#around.moves.preflight(row.host, row.uuid)
      const open = targets.filter(
        ({ host, level }) => level !== 'error' && host !== this.#order.host,
      )
      const planned = open.find(({ host }) => host === row.target)
      const chosen = [...(planned ? [planned] : []), ...open].find((target) =>
        this.#fits(row, target, target !== planned),
      )
      if (chosen) {
        if (chosen !== planned) {
          this.#job.log(`${row.name} goes to ${chosen.hostName} instead`, 'warn')
        }
        row.target = chosen.host
        row.targetName = chosen.hostName
        this.#placed.add(row)
        return chosen
      }
      const others = [...this.#placed].some(({ state }) => state === 'moving')
      if (open.length === 0 || !others) {
        throw new ProblemError('conflict', { detail: whyNot(targets, open) })
      }
      await changed
    }
  }

  /** @param elsewhere not where the plan has it: then what waits to go there goes first */
  #fits(row: KeptRow, { host, freeKiB }: PreflightTarget, elsewhere: boolean): boolean {
    if (freeKiB === null) return !elsewhere
    const coming = this.#rows.filter((one) => {
      if (one === row || one.target !== host) return false
      if (this.#placed.has(one)) return one.state === 'moving'
      return elsewhere && (one.state === 'waiting' || one.state === 'moving')
    })
    const takenKiB = coming.reduce((sum, one) => sum + one.memoryKiB + emulatorKiB, 0)
    return freeKiB - takenKiB >= row.memoryKiB + emulatorKiB
  }

  /** Keeps and shows all of it, and wakes what waits for a change. */
  #changed(): void {
    if (this.#left) return
    const rows = this.#rows.map((row) => ({ ...row }))
    const paused = this.#paused
    this.#job.remember({
      order: this.#order,
      rows,
      paused,
      stopped: this.#stopped || this.#job.stopReason === 'cancel',
    } satisfies KeptEvacuation)
    const { host, options } = this.#order
    const detail: EvacuationDetail = {
      host,
      paused,
      parallel: options.parallel,
      totalMs: togetherMs(rows, options.parallel, 1),
      rows: rows.map(({ memoryKiB: _memoryKiB, cutJob: _cutJob, ...row }) => row),
    }
    this.#job.detail(detail)
    const done = rows.filter(({ state }) => state !== 'waiting' && state !== 'moving')
    this.#job.progress({ done: done.length, total: rows.length, unit: 'count' })
    this.#change.resolve()
    this.#change = Promise.withResolvers<void>()
  }
}

function whyNot(
  targets: readonly PreflightTarget[],
  open: readonly PreflightTarget[],
): string {
  const words =
    open.length > 0
      ? open.map(({ host }) => `${host}: no room beside what comes there`)
      : targets.flatMap(({ host, findings }) =>
          findings
            .filter(({ level }) => level === 'error')
            .map(({ code }) => `${host}: ${code}`),
        )
  return `No host takes it now (${words.join(', ')})`
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
