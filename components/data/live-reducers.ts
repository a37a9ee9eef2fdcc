import type { FleetPage } from '../../server/contract/domain.ts'
import { type JobPage, jobLimits, type JobSeries } from '../../server/contract/job.ts'
import {
  type Topic,
  topicDelta,
  type TopicDelta,
  topicFull,
  type TopicFull,
} from '../../server/contract/live.ts'
import { maxQmpEvents } from '../../server/contract/monitor.ts'
import { domainNuma, hostNuma } from '../../server/contract/numa.ts'
import { hostMemoryReport } from '../../server/contract/overcommit.ts'

type Columns = { tMs: number[] } & Record<string, (number | null)[]>

/** The whole state that a full frame holds; null when it is not what the contract says. */
export function readFull(topic: Topic, data: unknown): TopicFull | null {
  const parsed = topicFull[topic.name].safeParse(data)
  return parsed.success ? parsed.data : null
}

/**
 * The state after an increment. What did not change stays the same object, so that only rows that
 * changed are drawn again. null = it does not fit this state: the whole must be asked for again.
 */
export function applyDelta(
  topic: Topic,
  state: TopicFull,
  data: unknown,
): TopicFull | null {
  switch (topic.name) {
    case 'hosts': {
      const delta = topicDelta.hosts.safeParse(data)
      if (!delta.success || !('hosts' in state)) return null
      const changed = new Map(delta.data.upsert.map((host) => [host.host, host]))
      const removed = new Set(delta.data.remove)
      const known = new Set(state.hosts.map((host) => host.host))
      return {
        hosts: [
          ...state.hosts
            .filter((host) => !removed.has(host.host))
            .map((host) => changed.get(host.host) ?? host),
          ...delta.data.upsert.filter((host) => !known.has(host.host)),
        ],
      }
    }
    case 'fleet': {
      const delta = topicDelta.fleet.safeParse(data)
      return delta.success && 'rows' in state ? applyFleet(state, delta.data) : null
    }
    case 'host': {
      const delta = topicDelta.host.safeParse(data)
      if (!delta.success || !('host' in state)) return null
      const { host, append } = delta.data
      return {
        host: host ?? state.host,
        series: append
          ? appendColumns(state.series, append, topic.windowSeconds * 1000)
          : state.series,
      }
    }
    case 'domain': {
      const delta = topicDelta.domain.safeParse(data)
      return delta.success ? delta.data : null
    }
    case 'memory': {
      const delta = topicDelta.memory.safeParse(data)
      if (!delta.success || !('memory' in state)) return null
      const { memory, append } = delta.data
      return {
        memory,
        series: append
          ? appendColumns(state.series, append, topic.windowSeconds * 1000)
          : state.series,
      }
    }
    case 'qmp-events': {
      const delta = topicDelta['qmp-events'].safeParse(data)
      if (!delta.success || !('events' in state)) return null
      const newest = state.events.at(-1)?.id ?? 0
      const fresh = delta.data.events.filter(({ id }) => id > newest)
      return { ...delta.data, events: [...state.events, ...fresh].slice(-maxQmpEvents) }
    }
    case 'dirty-rate': {
      const delta = topicDelta['dirty-rate'].safeParse(data)
      if (!delta.success || !('dirtyRate' in state && 'measured' in state)) return null
      const { dirtyRate, append } = delta.data
      return {
        dirtyRate,
        measured: append
          ? appendColumns(state.measured, append, topic.windowSeconds * 1000)
          : state.measured,
      }
    }
    case 'jobs': {
      const delta = topicDelta.jobs.safeParse(data)
      return delta.success && 'jobs' in state ? applyJobs(state, delta.data) : null
    }
    case 'job': {
      const delta = topicDelta.job.safeParse(data)
      if (!delta.success || !('log' in state)) return null
      const { job, log, append } = delta.data
      return {
        job,
        log: log.length > 0 ? [...state.log, ...log].slice(-jobLimits.logLines) : state.log,
        series: append ? appendPoints(state.series, append) : state.series,
      }
    }
    case 'memory-policy': {
      const delta = topicDelta['memory-policy'].safeParse(data)
      return delta.success ? delta.data : null
    }
    case 'host-memory': {
      const delta = topicDelta['host-memory'].safeParse(data)
      if (!delta.success || !('report' in state)) return null
      const report = withChanges(hostMemoryReport, state.report, delta.data.report)
      return { report, problem: delta.data.problem }
    }
    case 'host-numa': {
      const delta = topicDelta['host-numa'].safeParse(data)
      if (!delta.success || !('numa' in state)) return null
      const { numa: changes, order, problem } = delta.data
      const domains =
        order && arranged(state.numa?.domains ?? [], changes.domains ?? [], order)
      if (order && !domains) return null
      const all = domains ? { ...changes, domains } : changes
      return { numa: withChanges(hostNuma, state.numa, all), problem }
    }
    case 'domain-numa': {
      const delta = topicDelta['domain-numa'].safeParse(data)
      if (!delta.success || !('domainNuma' in state)) return null
      const { domainNuma: changes, problem } = delta.data
      return { domainNuma: withChanges(domainNuma, state.domainNuma, changes), problem }
    }
  }
}

/** What is asked of a host, with the members that changed; null = it has not answered yet. */
function withChanges<T extends object>(
  schema: { safeParse(value: unknown): { data?: T } },
  state: T | null,
  changes: Partial<T>,
): T | null {
  if (state) return { ...state, ...changes }
  return schema.safeParse(changes).data ?? null
}

/** The known rows and the changed ones in a new order; null when one is not known. */
function arranged<T extends { uuid: string }>(
  known: readonly T[],
  changed: readonly T[],
  order: readonly string[],
): T[] | null {
  const rows = new Map([...known, ...changed].map((row) => [row.uuid, row]))
  const all = order.flatMap((uuid) => rows.get(uuid) ?? [])
  return all.length === order.length ? all : null
}

function applyJobs(
  state: JobPage,
  delta: { total: number; matched: number; keys?: string[]; jobs: JobPage['jobs'] },
): JobPage | null {
  const jobs = new Map(state.jobs.map((job) => [job.id, job]))
  for (const job of delta.jobs) jobs.set(job.id, job)
  const keys = delta.keys ?? state.jobs.map(({ id }) => id)
  const next = keys.map((key) => jobs.get(key))
  if (!next.every((job) => job !== undefined)) return null
  return { ...state, total: delta.total, matched: delta.matched, jobs: next }
}

/** All points of a job stay; twice what the server keeps is the bound for a page that stays open. */
function appendPoints(series: JobSeries, append: JobSeries): JobSeries {
  const most = 2 * jobLimits.seriesPoints
  const columns = Object.entries(append.columns).map(([name, column]) => [
    name,
    [...(series.columns[name] ?? series.tMs.map(() => null)), ...column].slice(-most),
  ])
  return {
    tMs: [...series.tMs, ...append.tMs].slice(-most),
    columns: Object.fromEntries(columns),
  }
}

function applyFleet(state: FleetPage, delta: TopicDelta<'fleet'>): FleetPage | null {
  const rows = new Map(state.rows.map((row) => [row.key, row]))
  for (const row of delta.rows) rows.set(row.key, row)
  for (const change of delta.changes ?? []) {
    const known = rows.get(change.key)
    if (!known) return null
    rows.set(change.key, { ...known, ...change })
  }
  const keys = delta.keys ?? state.rows.map((row) => row.key)
  const next = keys.map((key) => rows.get(key))
  if (!next.every((row) => row !== undefined)) return null
  return { ...state, total: delta.total, matched: delta.matched, rows: next }
}

/**
 * Columns with the new points behind the old ones, and nothing older than `windowMs` before the
 * newest. Where times overlap the new points win: points come twice after a repeated subscription,
 * and a clock that was set back would otherwise leave a knot in the line.
 */
export function appendColumns<C extends object>(
  series: C & Columns,
  append: C & Columns,
  windowMs: number,
): C & Columns {
  const newestMs = append.tMs.at(-1)
  const firstMs = append.tMs[0]
  if (newestMs === undefined || firstMs === undefined) return series
  const from = countUntil(series.tMs, (tMs) => tMs < newestMs - windowMs)
  const to = countUntil(series.tMs, (tMs) => tMs < firstMs)
  const skip = countUntil(append.tMs, (tMs) => tMs < newestMs - windowMs)
  const columns: Record<string, (number | null)[]> = {}
  for (const [name, column] of Object.entries<(number | null)[]>(append)) {
    columns[name] = [
      ...(series[name] ?? []).slice(from, Math.max(from, to)),
      ...column.slice(skip),
    ]
  }
  return { ...series, ...columns }
}

/** How many of the rising times, from the first on, satisfy the condition. */
function countUntil(timesMs: readonly number[], holds: (tMs: number) => boolean): number {
  const index = timesMs.findIndex((tMs) => !holds(tMs))
  return index === -1 ? timesMs.length : index
}
