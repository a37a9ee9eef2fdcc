import type { JobPage, JobQuery, JobWithLog } from '../contract/job.ts'
import type { LiveHandle, LiveListener, Topic } from '../contract/live.ts'
import { listChange } from '../live/list-window.ts'
import { OpenViews } from '../live/open-views.ts'
import type { View } from '../live/open-views.ts'
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

interface JobView extends View {
  /** null = the list. */
  id: string | null
}

/** The live topics `jobs` and `job`: what changed since the last delta, for whoever looks. */
export class JobTopics {
  readonly #lookup: Lookup
  readonly #open = new OpenViews<JobView>()
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
    return this.#open.add(view, listener)
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
      this.#open.flush((view) => view.id === null)
    }, listGatherMs)
  }

  gone(id: string): void {
    this.#open.gone((view) => view.id === id, 'The job was removed from the list.')
  }

  close(): void {
    if (this.#jobTimer) clearTimeout(this.#jobTimer)
    if (this.#listTimer) clearTimeout(this.#listTimer)
    this.#open.close()
  }

  #flushJobs(): void {
    this.#jobTimer = null
    const dirty = new Set(this.#dirty)
    this.#dirty.clear()
    this.#open.flush((view) => view.id !== null && dirty.has(view.id))
  }
}

function listView(topic: Extract<Topic, { name: 'jobs' }>, lookup: Lookup): JobView {
  const read = () => lookup.page(topic.query, topic.offset, topic.limit)
  let sent = read()
  return {
    id: null,
    full: () => sent,
    delta() {
      const before = sent
      sent = read()
      const change = listChange(windowOf(before), windowOf(sent), ({ id }) => id)
      if (!change) return null
      const { rows: jobs, ...rest } = change
      return { ...rest, jobs }
    },
  }
}

const windowOf = ({ total, matched, jobs }: JobPage) => ({ total, matched, rows: jobs })

function jobView(id: string, lookup: Lookup): JobView {
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
