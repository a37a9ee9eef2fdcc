import type { JobPage, JobQuery, JobSummary, JobWithLog } from '../contract/job.ts'
import type {
  LiveHandle,
  LiveListener,
  Topic,
  TopicDelta,
  TopicFull,
} from '../contract/live.ts'
import type { JobRecord } from './job-record.ts'

/** Changes of a job are gathered this long into one delta; those of the list a little longer. */
const jobGatherMs = 200
const listGatherMs = 500

interface Lookup {
  page(query: JobQuery, offset: number, limit: number): JobPage
  /** Null when the job has ended. */
  record(id: string): JobRecord | null
  /** @throws ProblemError not_found */
  ended(id: string): JobWithLog
}

interface View {
  /** null = the list. */
  id: string | null
  full(): TopicFull
  delta(): TopicDelta | null
}

/** The live topics `jobs` and `job`: what changed since the last delta, for whoever looks. */
export class JobTopics {
  readonly #lookup: Lookup
  readonly #open = new Map<View, LiveListener>()
  readonly #dirty = new Set<string>()
  #jobTimer: NodeJS.Timeout | null = null
  #listTimer: NodeJS.Timeout | null = null

  constructor(lookup: Lookup) {
    this.#lookup = lookup
  }

  /** @throws ProblemError not_found when there is no such job */
  open(
    topic: Extract<Topic, { name: 'jobs' | 'job' }>,
    listener: LiveListener,
  ): LiveHandle {
    const view =
      topic.name === 'jobs'
        ? listView(topic, this.#lookup)
        : jobView(topic.id, this.#lookup)
    this.#open.set(view, listener)
    return { full: () => view.full(), close: () => void this.#open.delete(view) }
  }

  /** Something of this job changed; null = the list has others now. */
  changed(id: string | null): void {
    if (this.#open.size === 0) return
    if (id !== null) {
      this.#dirty.add(id)
      this.#jobTimer ??= setTimeout(() => this.#flushJobs(), jobGatherMs)
    }
    this.#listTimer ??= setTimeout(() => {
      this.#listTimer = null
      this.#flush((view) => view.id === null)
    }, listGatherMs)
  }

  gone(id: string): void {
    for (const [view, listener] of this.#open) {
      if (view.id !== id) continue
      this.#open.delete(view)
      listener.gone('The job was removed from the list.')
    }
  }

  close(): void {
    if (this.#jobTimer) clearTimeout(this.#jobTimer)
    if (this.#listTimer) clearTimeout(this.#listTimer)
    this.#open.clear()
  }

  #flushJobs(): void {
    this.#jobTimer = null
    const dirty = new Set(this.#dirty)
    this.#dirty.clear()
    this.#flush((view) => view.id !== null && dirty.has(view.id))
  }

  #flush(concerned: (view: View) => boolean): void {
    for (const [view, listener] of this.#open) {
      if (!concerned(view)) continue
      const delta = view.delta()
      if (delta) listener.delta(delta)
    }
  }
}

function listView(topic: Extract<Topic, { name: 'jobs' }>, lookup: Lookup): View {
  const read = () => lookup.page(topic.query, topic.offset, topic.limit)
  let sent = read()
  return {
    id: null,
    full: () => sent,
    delta() {
      const before = sent
      sent = read()
      const known = new Map<string, JobSummary>(before.jobs.map((job) => [job.id, job]))
      // A summary is the same object until something in it changed.
      const jobs = sent.jobs.filter((job) => known.get(job.id) !== job)
      const moved =
        sent.jobs.length !== before.jobs.length ||
        sent.jobs.some((job, at) => job.id !== before.jobs[at]?.id)
      const counted = sent.total !== before.total || sent.matched !== before.matched
      if (jobs.length === 0 && !moved && !counted) return null
      const { total, matched } = sent
      return {
        total,
        matched,
        ...(moved ? { keys: sent.jobs.map(({ id }) => id) } : {}),
        jobs,
      }
    },
  }
}

function jobView(id: string, lookup: Lookup): View {
  const read = (afterSeq: number, afterMs: number): JobWithLog => {
    const record = lookup.record(id)
    if (record) {
      return {
        job: record.job(),
        log: record.logAfter(afterSeq),
        series: record.points.read(afterMs),
      }
    }
    const { job, log, series } = lookup.ended(id)
    const from = series.tMs.findIndex((tMs) => tMs > afterMs)
    const cut = <T>(column: readonly T[]) => (from < 0 ? [] : column.slice(from))
    return {
      job,
      log: log.filter(({ seq }) => seq > afterSeq),
      series: {
        tMs: cut(series.tMs),
        columns: Object.fromEntries(
          Object.entries(series.columns).map(([name, column]) => [name, cut(column)]),
        ),
      },
    }
  }
  const first = read(0, -Infinity)
  let job = first.job
  let sentSeq = first.log.at(-1)?.seq ?? 0
  let sentMs = first.series.tMs.at(-1) ?? 0
  return {
    id,
    full() {
      // What the deltas so far have told, no more: those to come apply to it.
      const now = read(0, -Infinity)
      const to = now.series.tMs.filter((tMs) => tMs <= sentMs).length
      return {
        job,
        log: now.log.filter(({ seq }) => seq <= sentSeq),
        series: {
          tMs: now.series.tMs.slice(0, to),
          columns: Object.fromEntries(
            Object.entries(now.series.columns).map(([name, column]) => [
              name,
              column.slice(0, to),
            ]),
          ),
        },
      }
    },
    delta() {
      const now = read(sentSeq, sentMs)
      job = now.job
      sentSeq = now.log.at(-1)?.seq ?? sentSeq
      sentMs = now.series.tMs.at(-1) ?? sentMs
      const append = now.series.tMs.length > 0 ? { append: now.series } : {}
      return { job, log: now.log, ...append }
    },
  }
}
