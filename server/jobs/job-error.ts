import { ProblemError } from '../contract/problem.ts'
import type { Problem } from '../contract/problem.ts'

/** Thrown by a recoverer that has cleaned up: the job ends as interrupted, with these words. */
export class JobInterrupted extends Error {
  override name = 'JobInterrupted'
}

/** Why the signal of a job is aborted. */
export class JobStopped extends Error {
  override name = 'JobStopped'
  readonly reason: 'cancel' | 'shutdown'
  /** Who cancelled it. */
  readonly by: string | null

  constructor(reason: 'cancel' | 'shutdown', by: string | null) {
    super(reason === 'cancel' ? 'The job was cancelled' : 'Ballast is being stopped')
    this.reason = reason
    this.by = by
  }
}

/** What the page shows of an error that ended a job. */
export function jobProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.toProblem()
  if (error instanceof JobInterrupted) return interruptedProblem(error.message)
  const detail = error instanceof Error ? error.message : String(error)
  return new ProblemError('internal', { detail, cause: error }).toProblem()
}

export function interruptedProblem(detail: string): Problem {
  return new ProblemError('interrupted', {
    detail,
    remedy: 'Look at what it worked on, then start it again',
  }).toProblem()
}

export function cancelledProblem(by: string | null): Problem {
  return new ProblemError('cancelled', {
    detail: by === null ? 'It was cancelled' : `${by} cancelled it`,
  }).toProblem()
}
