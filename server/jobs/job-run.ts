import { jobKinds } from '../contract/job-kinds.ts'
import type { JobColumn, JobDetail, JobResult, JobStepName } from '../contract/job-kinds.ts'
import type {
  JobCancelBlocked,
  JobCancelEffect,
  JobDomain,
  JobKind,
  JobLogLine,
  JobProgress,
  JobSummary,
} from '../contract/job.ts'
import type { Problem } from '../contract/problem.ts'
import {
  JobInterrupted,
  cancelledProblem,
  interruptedProblem,
  jobProblem,
  JobStopped,
} from './job-error.ts'
import type { JobHandle, JobSpec, JobWork, StartedJob, StepHandle } from './job-handle.ts'
import { locksOf, waitingStep } from './job-record.ts'
import type { JobRecord } from './job-record.ts'

/** How long one piece of undoing may take before it counts as failed. */
const undoLimitMs = 60_000

/** What a running job needs of those around it. */
export interface JobSurroundings {
  nowMs(): number
  /** Something of it changed; `keep` = write it at once. */
  changed(record: JobRecord, keep?: 'now'): void
  child<C extends JobKind>(spec: JobSpec<C>, work: JobWork<C>): StartedJob<C>
  warn(error: unknown, message: string): void
}

type Failed = 'failed' | 'cancelled' | 'interrupted'
export type JobOutcome<K extends JobKind> =
  | { state: 'done'; result: JobResult<K> }
  | { state: Failed; result: null }

/** One job while it runs: does its work, undoes it where it fails, and writes all into its record. */
export class JobRun<K extends JobKind> implements JobHandle<K> {
  readonly kind: K
  readonly record: JobRecord
  readonly #around: JobSurroundings
  readonly #abort = new AbortController()
  #undo: { what: string; work: () => Promise<void> }[] = []
  /** Set while it may not be cancelled for a reason of its own. */
  #blocked: JobCancelBlocked | null
  /** How it ended; null = it has not. */
  outcome: JobOutcome<K> | null = null

  constructor(kind: K, record: JobRecord, around: JobSurroundings) {
    this.kind = kind
    this.record = record
    this.#around = around
    this.#blocked = record.summary.cancel.blocked
  }

  get id(): string {
    return this.record.id
  }
  get summary(): JobSummary {
    return this.record.summary
  }
  get signal(): AbortSignal {
    return this.#abort.signal
  }
  get stopReason(): 'cancel' | 'shutdown' | null {
    return this.#stopped?.reason ?? null
  }
  get #stopped(): JobStopped | null {
    const reason: unknown = this.signal.reason
    return reason instanceof JobStopped ? reason : null
  }

  stop(reason: 'cancel' | 'shutdown', by: string | null): void {
    if (this.signal.aborted) return
    this.#change({
      state: 'stopping',
      cancel: { ...this.record.summary.cancel, blocked: 'stopping' },
    })
    this.log(
      reason === 'shutdown'
        ? 'Ballast is being stopped'
        : `Cancelled by ${by ?? 'Ballast'}`,
      'warn',
    )
    this.#abort.abort(new JobStopped(reason, by))
  }

  /** Does the work to its end, whatever that is. Never rejects. */
  async run(work: JobWork<K>): Promise<void> {
    const startedMs = this.summary.startedMs ?? this.#around.nowMs()
    this.#change({ state: 'running', startedMs, waitingFor: null }, 'now')
    try {
      const result = await work(this)
      this.record.result = jobKinds[this.kind].result.parse(result)
      this.#end('done', null)
      this.outcome = { state: 'done', result }
    } catch (error) {
      await this.#fail(error)
    }
  }

  plan(steps: readonly JobStepName<K>[]): void {
    const known = new Map(this.record.steps.map((step) => [step.name, step]))
    this.record.steps = steps.map((name) => known.get(name) ?? waitingStep(name))
    this.#around.changed(this.record)
  }

  async step<T>(name: JobStepName<K>, work: (step: StepHandle) => Promise<T>): Promise<T> {
    this.signal.throwIfAborted()
    const { record } = this
    record.changeStep(name, {
      state: 'running',
      startedMs: this.#around.nowMs(),
      endedMs: null,
      progress: null,
    })
    this.#change({ step: name }, 'now')
    const handle: StepHandle = {
      progress: (progress) => {
        record.changeStep(name, { progress })
        this.#around.changed(record)
      },
      note: (note) => {
        record.changeStep(name, { note })
        this.#around.changed(record)
      },
    }
    try {
      const value = await work(handle)
      record.changeStep(name, { state: 'done', endedMs: this.#around.nowMs() })
      this.#around.changed(record)
      return value
    } catch (error) {
      record.changeStep(name, { state: 'failed', endedMs: this.#around.nowMs() })
      this.#around.changed(record)
      throw error
    }
  }

  skip(name: JobStepName<K>, note?: string): void {
    this.record.changeStep(name, { state: 'skipped', note: note ?? null })
    this.#around.changed(this.record)
  }

  progress(progress: JobProgress | null): void {
    this.#change({ progress })
  }

  expectEnd(atMs: number | null): void {
    this.#change({ expectedEndMs: atMs })
  }

  detail(detail: JobDetail<K>): void {
    const parsed = jobKinds[this.kind].detail.safeParse(detail)
    if (!parsed.success) {
      this.#around.warn(parsed.error, `the detail of job ${this.id} is not of its kind`)
      return
    }
    this.record.detail = parsed.data
    this.#around.changed(this.record)
  }

  point(
    values: Partial<Record<JobColumn<K>, number | null>>,
    atMs = this.#around.nowMs(),
  ): void {
    this.record.points.add(atMs, values)
    this.#around.changed(this.record)
  }

  log(text: string, level: JobLogLine['level'] = 'info'): void {
    this.record.say(text, level, this.#around.nowMs())
    this.#around.changed(this.record)
  }

  undo(what: string, work: () => Promise<void>): () => void {
    const entry = { what, work }
    this.#undo.push(entry)
    return () => {
      this.#undo = this.#undo.filter((one) => one !== entry)
    }
  }

  keep(): void {
    this.#undo = []
  }

  leftover(words: string): void {
    this.log(`Left over: ${words}`, 'warn')
    this.#addLeftover(words)
  }

  cancellation(cancel: JobCancelEffect | { blocked: JobCancelBlocked }): void {
    const { effect } = this.record.summary.cancel
    const given = typeof cancel === 'string'
    this.#blocked = given ? null : cancel.blocked
    this.#change({
      cancel: {
        effect: given ? cancel : effect,
        blocked: this.signal.aborted ? 'stopping' : this.#blocked,
      },
    })
  }

  addDomain(domain: JobDomain): void {
    const domains = this.record.summary.domains.filter(
      ({ host, name }) => host !== domain.host || name !== domain.name,
    )
    for (const lock of locksOf({ hosts: this.record.summary.hosts, domains: [domain] })) {
      this.record.locks.add(lock)
    }
    this.#change({ domains: [...domains, domain] }, 'now')
  }

  remember(value: unknown): void {
    this.record.remembered = value
    this.#around.changed(this.record, 'now')
  }

  child<C extends JobKind>(
    spec: Omit<JobSpec<C>, 'parent' | 'owner'>,
    work: JobWork<C>,
  ): StartedJob<C> {
    this.signal.throwIfAborted()
    const { owner } = this.record.summary
    return this.#around.child<C>({ ...spec, owner, parent: this.id }, work)
  }

  async #fail(error: unknown): Promise<void> {
    const stopped = this.#stopped
    if (!stopped) this.log(error instanceof Error ? error.message : String(error), 'error')
    if (this.#undo.length > 0) {
      this.#change({
        state: 'stopping',
        cancel: { ...this.record.summary.cancel, blocked: 'stopping' },
      })
    }
    for (const { what, work } of this.#undo.toReversed()) await this.#undoOne(what, work)
    if (stopped?.reason === 'shutdown' || error instanceof JobInterrupted) {
      const words = error instanceof JobInterrupted ? error.message : stopped?.message
      this.#end('interrupted', interruptedProblem(words ?? 'Ballast ended in between'))
    } else if (stopped) this.#end('cancelled', cancelledProblem(stopped.by))
    else this.#end('failed', jobProblem(error))
  }

  /** It was stopped while it waited. */
  endUnbegun(): void {
    const stopped = this.#stopped
    if (stopped?.reason === 'cancel') this.#end('cancelled', cancelledProblem(stopped.by))
    else this.#end('interrupted', interruptedProblem('Ballast was stopped before it began'))
  }

  async #undoOne(what: string, work: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<never>((_done, fail) => {
      timer = setTimeout(
        () => fail(new Error(`took longer than ${undoLimitMs / 1000} s`)),
        undoLimitMs,
      )
    })
    try {
      await Promise.race([work(), tooLong])
      this.log(`Undone: ${what}`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.log(`Could not undo: ${what}: ${reason}`, 'error')
      this.#addLeftover(`${what}: ${reason}`)
    } finally {
      clearTimeout(timer)
    }
  }

  #addLeftover(words: string): void {
    const { leftovers } = this.record.summary
    this.#change({ leftovers: [...leftovers, words].slice(0, 100) })
  }

  #end(state: 'done' | Failed, problem: Problem | null): void {
    if (state !== 'done') this.outcome = { state, result: null }
    this.record.end(state, problem, this.#around.nowMs())
    this.#around.changed(this.record, 'now')
  }

  #change(change: Parameters<JobRecord['change']>[0], keep?: 'now'): void {
    this.record.change(change)
    this.#around.changed(this.record, keep)
  }
}
