import { jobIsActive } from '../contract/job.ts'
import type { JobKind, JobPage, JobQuery, JobSummary, JobWithLog } from '../contract/job.ts'
import type { LiveHandle, LiveListener, Topic } from '../contract/live.ts'
import { ProblemError } from '../contract/problem.ts'
import { interruptedProblem } from './job-error.ts'
import type { JobPolicy, JobSpec, JobWork, StartedJob } from './job-handle.ts'
import { JobKeeper } from './job-keeper.ts'
import { JobList } from './job-list.ts'
import { JobQueue } from './job-queue.ts'
import type { Entry } from './job-queue.ts'
import { domainLock, JobRecord, locksOf, nameLock } from './job-record.ts'
import { JobRun } from './job-run.ts'
import type { JobStore } from './job-store.ts'
import { JobTopics } from './job-topics.ts'

/** What the jobs need of a logger (pino is one). */
export interface JobLogger {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface JobsOptions {
  store: JobStore
  logger: JobLogger
  /** Called when the work of a job begins, and again when it is taken up after a restart. */
  onBegin?: (job: JobSummary, takenUp: boolean) => void
  /** Called once when a job has ended, for the audit log. */
  onEnd?: (job: JobSummary) => void
  nowMs?: () => number
}

/** A policy with its kind closed over, so that all kinds fit into one table. */
interface AnyPolicy {
  limit: number
  limitPerHost: number
  onShutdown: 'abort' | 'leave'
  takeUp: ((record: JobRecord) => void) | null
}
const defaultPolicy: AnyPolicy = {
  limit: Infinity,
  limitPerHost: Infinity,
  onShutdown: 'abort',
  takeUp: null,
}

const blockedWords = {
  never: 'This job cannot be cancelled',
  stopping: 'The job is being stopped already',
  'post-copy':
    'The domain runs on the target already while its memory is still on its way: aborting would lose it',
  finishing: 'The job is at its very end and cannot be stopped any more',
} as const

/** How long the running jobs have to end when the server stops. */
const shutdownLimitMs = 10_000

/**
 * All jobs: begins them, lets them wait for each other, keeps them, and shows them.
 *
 *   start ─► locks free? ─► queue (limits) ─► JobRun ─► ended ─► next of the queue
 *                 └─ no: domain_busy, or waits
 */
export class Jobs {
  readonly #options: JobsOptions
  readonly #nowMs: () => number
  readonly #keeper: JobKeeper
  readonly #list: JobList
  readonly #topics: JobTopics
  readonly #queue: JobQueue
  readonly #policies = new Map<JobKind, AnyPolicy>()
  #closed = false

  constructor(options: JobsOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? Date.now
    this.#keeper = new JobKeeper(options.store, options.logger)
    this.#list = new JobList(this.#keeper.list())
    this.#queue = new JobQueue({
      limits: (kind) => this.#policyOf(kind),
      changed: (record) => this.#changed(record),
    })
    this.#topics = new JobTopics({
      page: (query, offset, limit) => this.#list.page(query, offset, limit),
      record: (id) => this.#queue.get(id)?.record ?? null,
      ended: (id) => this.get(id),
    })
  }

  /** Says how a kind is run. Once a kind, before `recover`. */
  register<K extends JobKind>(kind: K, policy: JobPolicy<K>): void {
    const { recover } = policy
    this.#policies.set(kind, {
      limit: policy.limit ?? Infinity,
      limitPerHost: policy.limitPerHost ?? Infinity,
      onShutdown: policy.onShutdown ?? 'abort',
      takeUp: recover
        ? (record) => {
            record.change({ cancel: { ...record.summary.cancel, blocked: null } })
            const work: JobWork<K> = (job) => recover(job, record.remembered)
            this.#enter(kind, record, work, 'ignore')
          }
        : null,
    })
  }

  /**
   * Takes up what was under way when the server ended: each kind's recoverer goes on with it, or it
   * ends as interrupted. Called once, after all kinds are registered and the fleet has begun.
   */
  recover(): void {
    // From the oldest on: a job is there before its parts.
    for (const summary of this.#list.all().toReversed()) {
      if (!jobIsActive(summary.state)) continue
      const { id, kind, state } = summary
      const record = new JobRecord(summary, this.#keeper.body(id), this.#keeper.log(id))
      record.say('Ballast was started again', 'warn', this.#nowMs())
      const { takeUp } = this.#policyOf(kind)
      if (takeUp && state !== 'queued') takeUp(record)
      else {
        const words = 'Ballast ended while the job was under way'
        record.end('interrupted', interruptedProblem(words), this.#nowMs())
        this.#changed(record, 'now')
        this.#ended(record)
      }
    }
    this.#queue.next()
  }

  /**
   * Begins a job, or queues it.
   *
   * @throws ProblemError domain_busy when another job holds one of its domains or locks
   */
  start<K extends JobKind>(spec: JobSpec<K>, work: JobWork<K>): StartedJob<K> {
    if (this.#closed) {
      throw new ProblemError('interrupted', { detail: 'Ballast is being stopped' })
    }
    const locks = locksOf(spec)
    const whenLocked = spec.whenLocked ?? 'refuse'
    const parent = spec.parent ?? null
    const holder = this.#queue.holder(locks, { parent })
    if (holder && whenLocked === 'refuse') throw busy(holder.summary)
    const summary = this.#newSummary(spec)
    const body = {
      steps: [],
      detail: spec.detail ?? null,
      result: null,
      series: { tMs: [], columns: {} },
      remembered: null,
      locks,
    }
    const id = this.#options.store.insert(summary, body)
    const record = new JobRecord({ ...summary, id }, body, [])
    const ended = this.#enter(spec.kind, record, work, whenLocked)
    this.#queue.next()
    return { id, summary: () => record.summary, ended }
  }

  /** Who holds a domain now; null = nobody. */
  heldBy(host: string, uuid: string, name?: string): JobSummary | null {
    const locks = [domainLock(host, uuid)]
    if (name !== undefined) locks.push(nameLock(host, name))
    return this.#queue.holder(locks, { parent: null })?.summary ?? null
  }

  list(query: JobQuery, offset: number, limit: number): JobPage {
    return this.#list.page(query, offset, limit)
  }

  /** @throws ProblemError not_found */
  get(id: string): JobWithLog {
    const active = this.#queue.get(id)?.record
    if (active) {
      return { job: active.job(), log: active.logAfter(0), series: active.points.read() }
    }
    const summary = this.#known(id)
    const { steps, detail, result, series } = this.#keeper.body(id)
    return { job: { ...summary, steps, detail, result }, log: this.#keeper.log(id), series }
  }

  /** Waits until a job has ended, also one that was taken up after a restart. @throws ProblemError not_found */
  async endOf(id: string): Promise<JobSummary> {
    await this.#queue.get(id)?.ended
    return this.#known(id)
  }

  /**
   * Asks a job and its parts to stop; how it ends is seen on the job.
   *
   * @throws ProblemError not_found, or not_allowed_in_state with the reason
   */
  cancel(id: string, by: string): JobSummary {
    const { blocked } = this.#known(id).cancel
    const entry = this.#queue.get(id)
    if (!entry || blocked) {
      const detail = blocked ? blockedWords[blocked] : `Job ${id} has ended`
      throw new ProblemError('not_allowed_in_state', { detail })
    }
    this.#stop(id, 'cancel', by)
    this.#queue.next()
    return entry.record.summary
  }

  /** @throws ProblemError not_found, or not_allowed_in_state while it has not ended */
  remove(id: string): JobSummary {
    const summary = this.#known(id)
    if (this.#queue.get(id)) {
      throw new ProblemError('not_allowed_in_state', {
        detail: `Job ${id} has not ended`,
        remedy: 'Cancel it first',
      })
    }
    this.#forget([id])
    return summary
  }

  /** @throws ProblemError not_found when there is no such job */
  open(
    topic: Extract<Topic, { name: 'jobs' | 'job' }>,
    listener: LiveListener,
  ): LiveHandle {
    return this.#topics.open(topic, listener)
  }

  /** Stops all that can be stopped, waits for it a while, and keeps everything. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const stopping = this.#queue
      .all()
      .filter(({ record }) => this.#policyOf(record.summary.kind).onShutdown === 'abort')
    for (const { record } of stopping) this.#stop(record.id, 'shutdown', null)
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((done) => {
      timer = setTimeout(done, shutdownLimitMs)
    })
    await Promise.race([Promise.all(stopping.map(({ ended }) => ended)), limit])
    clearTimeout(timer)
    for (const { record } of this.#queue.all()) this.#keeper.touch(record)
    this.#keeper.close()
    this.#topics.close()
  }

  #policyOf(kind: JobKind): AnyPolicy {
    return this.#policies.get(kind) ?? defaultPolicy
  }

  #known(id: string): JobSummary {
    const summary = this.#queue.get(id)?.record.summary ?? this.#list.get(id)
    if (summary) return summary
    throw new ProblemError('not_found', { detail: `There is no job ${id}` })
  }

  #newSummary(spec: JobSpec<JobKind>): Omit<JobSummary, 'id'> {
    const domains = [...(spec.domains ?? [])]
    const hosts = new Set([...(spec.hosts ?? []), ...domains.map(({ host }) => host)])
    return {
      kind: spec.kind,
      title: spec.title,
      owner: spec.owner,
      hosts: [...hosts],
      domains,
      parent: spec.parent ?? null,
      children: { total: 0, active: 0, failed: 0 },
      state: 'queued',
      step: null,
      progress: null,
      expectedEndMs: null,
      waitingFor: null,
      cancel: { effect: spec.cancel ?? 'keep', blocked: spec.cancel ? null : 'never' },
      createdMs: this.#nowMs(),
      startedMs: null,
      endedMs: null,
      problem: null,
      leftovers: [],
    }
  }

  /** Takes a job up; it begins with the next `queue.next()`. */
  #enter<K extends JobKind>(
    kind: K,
    record: JobRecord,
    work: JobWork<K>,
    whenLocked: 'refuse' | 'wait' | 'ignore',
  ): StartedJob<K>['ended'] {
    const run = new JobRun<K>(kind, record, {
      nowMs: this.#nowMs,
      changed: (changed, keep) => this.#changed(changed, keep),
      child: (spec, childWork) => this.start(spec, childWork),
      warn: (error, message) => this.#options.logger.warn({ err: error }, message),
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    const settle = () => {
      this.#queue.leave(record.id)
      this.#ended(record)
      resolve()
      this.#queue.next()
    }
    const entry: Entry = {
      record,
      goesOn: whenLocked === 'ignore',
      begun: false,
      ended: promise,
      begin: () => {
        const takenUp = record.summary.startedMs !== null
        void run.run(work).then(settle)
        this.#options.onBegin?.(record.summary, takenUp)
      },
      stop: (reason, by) => {
        run.stop(reason, by)
        if (entry.begun) return
        run.endUnbegun()
        settle()
      },
    }
    this.#queue.enter(entry)
    this.#changed(record, 'now')
    this.#countParts(record.summary.parent)
    return promise.then(() => {
      const { summary } = record
      return run.outcome
        ? { ...run.outcome, summary }
        : { state: 'failed', result: null, summary }
    })
  }

  #stop(id: string, reason: 'cancel' | 'shutdown', by: string | null): void {
    const entry = this.#queue.get(id)
    if (!entry || entry.record.summary.state === 'stopping') return
    entry.stop(reason, by)
    for (const { record } of this.#queue.all()) {
      if (record.summary.parent === id) this.#stop(record.id, reason, by)
    }
  }

  #changed(record: JobRecord, keep?: 'now'): void {
    this.#list.put(record.summary)
    this.#keeper.touch(record, keep)
    this.#topics.changed(record.id)
  }

  #ended(record: JobRecord): void {
    this.#countParts(record.summary.parent)
    this.#topics.changed(record.id)
    this.#options.onEnd?.(record.summary)
    const surplus = this.#keeper.surplus(this.#list.all(), this.#nowMs())
    if (surplus.length > 0) this.#forget(surplus)
  }

  /** The counts of a job that has parts. */
  #countParts(id: string | null): void {
    const parent = id === null ? null : this.#queue.get(id)?.record
    if (!parent) return
    parent.change({ children: this.#list.childrenOf(parent.id) })
    this.#changed(parent)
  }

  #forget(ids: readonly string[]): void {
    const gone = this.#list.remove(ids)
    this.#options.store.remove(gone)
    for (const id of gone) this.#topics.gone(id)
    this.#topics.changed(null)
  }
}

function busy(holder: JobSummary): ProblemError {
  const { id, kind, owner } = holder
  const by = owner.type === 'external' ? 'somebody outside of Ballast' : owner.name
  return new ProblemError('domain_busy', {
    detail: `Job ${id} (${kind}, begun by ${by}) works on this already`,
    remedy: `Wait until job ${id} has ended, or cancel it`,
  })
}
