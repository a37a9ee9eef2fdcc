import type {
  JobColumn,
  JobDetail,
  JobResult,
  JobStepName,
  JobTitle,
} from '../contract/job-kinds.ts'
import type {
  JobCancelBlocked,
  JobCancelEffect,
  JobDomain,
  JobKind,
  JobLogLine,
  JobOwner,
  JobProgress,
  JobSummary,
} from '../contract/job.ts'

/** What a new job is about. */
export interface JobSpec<K extends JobKind> {
  kind: K
  title: JobTitle<K>
  owner: JobOwner
  hosts?: readonly string[]
  domains?: readonly JobDomain[]
  /** Further names that no other job may hold meanwhile, such as `volume:alpha:/pool/x.qcow2`. */
  locks?: readonly string[]
  /**
   * When another job holds one of the domains or locks: `refuse` throws domain_busy (default), `wait`
   * queues until it is free, `ignore` is for work that goes on already, begun outside of Ballast.
   */
  whenLocked?: 'refuse' | 'wait' | 'ignore'
  /** What cancelling does; null = it cannot be cancelled. */
  cancel: JobCancelEffect | null
  parent?: string
  /** The kind's own detail from the beginning on, also while it waits. */
  detail?: JobDetail<K>
}

/** A job that was started, as its starter sees it. */
export interface StartedJob<K extends JobKind> {
  id: string
  summary(): JobSummary
  /** Settles when the job has ended. It need not be awaited. */
  ended: Promise<JobEnd<K>>
}

export type JobEnd<K extends JobKind> =
  | { state: 'done'; result: JobResult<K>; summary: JobSummary }
  | {
      state: 'failed' | 'cancelled' | 'interrupted'
      result: null
      summary: JobSummary
    }

export interface StepHandle {
  progress(progress: JobProgress | null): void
  /** What the step is about now, such as the name of a volume. */
  note(note: string | null): void
}

export type JobWork<K extends JobKind> = (job: JobHandle<K>) => Promise<JobResult<K>>

/** What the work of a job has in hand. Everything it says is shown live and kept. */
export interface JobHandle<K extends JobKind = JobKind> {
  readonly id: string
  readonly kind: K
  /** As it is shown now. */
  readonly summary: JobSummary
  /**
   * Aborted when the job is cancelled or the server stops (see `stopReason`). Hand it on to whatever
   * waits; where nothing takes it, call `signal.throwIfAborted()` between steps.
   */
  readonly signal: AbortSignal
  /** Why the signal is aborted; null = it is not. */
  readonly stopReason: 'cancel' | 'shutdown' | null

  /** Says which steps will come, in their order; those not named are not shown. */
  plan(steps: readonly JobStepName<K>[]): void
  /** Runs one step: shows it as running, then done or failed. Throws if the job was cancelled. */
  step<T>(name: JobStepName<K>, work: (step: StepHandle) => Promise<T>): Promise<T>
  skip(name: JobStepName<K>, note?: string): void
  /** Of the whole job; without it the page shows the progress of the step. */
  progress(progress: JobProgress | null): void
  expectEnd(atMs: number | null): void
  /** Replaces the kind's own detail. A value that its schema refuses is logged and left out. */
  detail(detail: JobDetail<K>): void
  /** Adds a point to the series; columns that are left out are null there. */
  point(values: Partial<Record<JobColumn<K>, number | null>>, atMs?: number): void
  log(text: string, level?: JobLogLine['level']): void

  /**
   * What to do, last first, if the job fails or is cancelled. `what` names the thing in words; it is
   * shown as left over when undoing fails. Gives a function that forgets this one.
   */
  undo(what: string, work: () => Promise<void>): () => void
  /** Forgets all undoing: what was made stays, whatever comes. */
  keep(): void
  /** Names what is of no use any more and could not be removed. The job may still be done. */
  leftover(words: string): void

  /** What cancelling does from now on, or why it is not possible now. */
  cancellation(cancel: JobCancelEffect | { blocked: JobCancelBlocked }): void
  /** A domain that the job works on from now on too; taken whether or not another job has it. */
  addDomain(domain: JobDomain): void
  /** Kept at once, for the recoverer after a restart. Plain JSON, no secrets. */
  remember(value: unknown): void
  /** Starts a part of this job. It is cancelled with this one. */
  child<C extends JobKind>(
    spec: Omit<JobSpec<C>, 'parent' | 'owner'>,
    work: JobWork<C>,
  ): StartedJob<C>
}

/** How one kind of job is run. */
export interface JobPolicy<K extends JobKind> {
  /** How many run at once, in all and on each of their hosts; the others wait. Default: no limit. */
  limit?: number
  limitPerHost?: number
  /**
   * When the server stops: `abort` (default) aborts the signal, undoes, and ends as interrupted;
   * `leave` lets go without a word, for work that the hosts go on with alone.
   */
  onShutdown?: 'abort' | 'leave'
  /**
   * After a restart: goes on with a job that was under way, or cleans up after it. It runs as the work
   * of the same job, at once: hosts may not be connected yet. To end it as interrupted, throw
   * JobInterrupted when all is cleaned up. Without a recoverer it ends as interrupted.
   */
  recover?: (job: JobHandle<K>, remembered: unknown) => Promise<JobResult<K>>
}
