import { jobKinds } from '../contract/job-kinds.ts'
import { jobIsActive, jobLimits } from '../contract/job.ts'
import type {
  Job,
  JobKind,
  JobLogLine,
  JobState,
  JobStep,
  JobSummary,
} from '../contract/job.ts'
import type { Problem } from '../contract/problem.ts'
import type { JobSpec } from './job-handle.ts'
import { PointLog } from './job-series.ts'
import type { JobBody } from './job-store.ts'

/** A job that has not ended, as data: what is shown of it and kept. Who changes it calls `changed`. */
export class JobRecord {
  summary: JobSummary
  steps: JobStep[]
  detail: unknown
  result: unknown = null
  remembered: unknown
  readonly locks: Set<string>
  readonly points: PointLog
  #log: JobLogLine[]
  #nextSeq: number
  /** Lines that the store does not have yet. */
  #unkept: JobLogLine[] = []

  constructor(summary: JobSummary, body: JobBody, log: JobLogLine[]) {
    this.summary = summary
    this.steps = body.steps
    this.detail = body.detail
    this.remembered = body.remembered
    this.locks = new Set(body.locks)
    this.points = new PointLog(jobKinds[summary.kind].series, body.series)
    this.#log = log
    this.#nextSeq = (log.at(-1)?.seq ?? 0) + 1
  }

  get id(): string {
    return this.summary.id
  }
  get active(): boolean {
    return jobIsActive(this.summary.state)
  }

  change(change: Partial<JobSummary>): void {
    this.summary = { ...this.summary, ...change }
  }

  job(): Job {
    const { steps, detail, result } = this
    return { ...this.summary, steps, detail, result }
  }

  body(): JobBody {
    const { steps, detail, result, remembered } = this
    const series = this.points.read()
    return { steps, detail, result, series, remembered, locks: [...this.locks] }
  }

  say(text: string, level: JobLogLine['level'], atMs: number): void {
    const cut = text.length > jobLimits.logLineLength
    const line = {
      seq: this.#nextSeq++,
      atMs,
      level,
      text: cut ? `${text.slice(0, jobLimits.logLineLength)}…` : text,
    }
    this.#log.push(line)
    this.#unkept.push(line)
    if (this.#log.length > jobLimits.logLines) this.#log.shift()
    if (this.#unkept.length > jobLimits.logLines) this.#unkept.shift()
  }

  logAfter(seq: number): JobLogLine[] {
    const from = this.#log.findIndex((line) => line.seq > seq)
    return from < 0 ? [] : this.#log.slice(from)
  }

  /** The lines to keep; once they are kept they are not given again. */
  takeUnkept(keep: (lines: readonly JobLogLine[]) => void): void {
    if (this.#unkept.length === 0) return
    keep(this.#unkept)
    this.#unkept = []
  }

  /** The step with this name, made at the end of the list where it is not planned. */
  step(name: string): JobStep {
    const known = this.steps.find((step) => step.name === name)
    if (known) return known
    const made = waitingStep(name)
    this.steps = [...this.steps, made]
    return made
  }

  changeStep(name: string, change: Partial<JobStep>): void {
    const before = this.step(name)
    this.steps = this.steps.map((step) => (step === before ? { ...step, ...change } : step))
  }

  end(state: JobState, problem: Problem | null, atMs: number): void {
    this.points.close()
    this.steps = this.steps.map((step) =>
      step.state === 'running'
        ? { ...step, state: 'failed', endedMs: atMs }
        : step.state === 'waiting'
          ? { ...step, state: 'skipped' }
          : step,
    )
    this.change({
      state,
      problem,
      endedMs: atMs,
      step: null,
      expectedEndMs: null,
      waitingFor: null,
      cancel: { ...this.summary.cancel, blocked: null },
    })
  }
}

export function waitingStep(name: string): JobStep {
  return {
    name,
    state: 'waiting',
    note: null,
    progress: null,
    startedMs: null,
    endedMs: null,
  }
}

/** The names that a job holds: its domains on all of its hosts, and what it asked for. */
export function locksOf(
  spec: Pick<JobSpec<JobKind>, 'hosts' | 'domains' | 'locks'>,
): string[] {
  const held = new Set(spec.locks)
  for (const domain of spec.domains ?? []) {
    // A domain that moves is on two hosts.
    for (const host of new Set([domain.host, ...(spec.hosts ?? [])])) {
      if (domain.uuid !== null) held.add(domainLock(host, domain.uuid))
      held.add(nameLock(host, domain.name))
    }
  }
  return [...held]
}

export const domainLock = (host: string, uuid: string) => `domain:${host}:${uuid}`
export const nameLock = (host: string, name: string) => `name:${host}:${name}`
