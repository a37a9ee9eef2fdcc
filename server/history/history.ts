import {
  annotation,
  domainMetrics,
  historyTiers,
  hostMetrics,
} from '../contract/history.ts'
import type {
  Annotation,
  AnnotationsQuery,
  SamplesQuery,
  SamplesResponse,
  SizingQuery,
  SizingReport,
  SizingRow,
} from '../contract/history.ts'
import { ProblemError } from '../contract/problem.ts'
import type { HostAgent } from '../fleet/host-agent.ts'
import type { LiveDomain } from '../fleet/live-domain.ts'
import type { Series } from '../fleet/series.ts'
import { suggestSize, useOver } from '../memory/sizing.ts'
import type { HistoryApi } from '../runtime.ts'
import { bucketFigures } from '../store/history/history-store.ts'
import type { Bucket, HistoryStore } from '../store/history/history-store.ts'
import { byStart, rollUp } from '../store/history/roll-up.ts'
import { keptScale } from './recorder.ts'

/** What the history needs of the fleet: where the newest samples are. */
export interface LiveSeries {
  /** @throws ProblemError not_found */
  seriesOf(host: string, uuid: string | null): Series<string> | null
  readonly hosts: Iterable<HostAgent>
}

/** Steps of one answer. */
const mostSteps = 2_000
const wantedSteps = 500
/** Below it the report reads minutes, above it ten minutes. */
const fineSizingMs = 36 * 3_600_000
/** A report is kept so long, because it reads everything. */
const reportMs = 60_000

/** What was sampled, read back: what is kept, and from the live series what is not kept yet. */
export class History implements HistoryApi {
  readonly #store: HistoryStore
  readonly #live: LiveSeries
  readonly #nowMs: () => number
  #report: { key: string; atMs: number; report: Promise<SizingReport> } | null = null

  constructor(store: HistoryStore, live: LiveSeries, nowMs: () => number = Date.now) {
    this.#store = store
    this.#live = live
    this.#nowMs = nowMs
  }

  async samples(query: SamplesQuery): Promise<SamplesResponse> {
    checkSpan(query)
    const uuid = query.domain?.toLowerCase() ?? null
    const known: readonly string[] = uuid === null ? hostMetrics : domainMetrics
    const foreign = query.metrics.find((name) => !known.includes(name))
    if (foreign) {
      const detail = `${foreign} is no metric of a ${uuid === null ? 'host' : 'domain'}. There are: ${known.join(', ')}`
      throw new ProblemError('invalid', { detail })
    }
    const spanMs = query.to - query.from
    const wantedMs = (query.step ?? niceStep(spanMs / wantedSteps / 1000)) * 1000
    const leastMs = Math.max(wantedMs, spanMs / mostSteps)
    const series = this.#live.seriesOf(query.host, uuid)
    // What the live series has not is kept alone: the newest seconds are not there yet.
    const isLive = query.metrics.every((name) => series?.columns.includes(name))
    const live = series && isLive ? liveBuckets(series, known, query.from, query.to) : []
    // The live series reach back a quarter of an hour: all of a short span may be in them.
    const liveFrom = live[0]?.startMs ?? Infinity
    const stored =
      liveFrom <= query.from + 1000
        ? []
        : await this.#store.read({
            host: query.host,
            uuid: uuid ?? '',
            fromMs: query.from,
            toMs: Math.min(query.to, liveFrom),
            stepMs: leastMs,
          })
    if (!series && stored.length === 0) {
      throw new ProblemError('not_found', {
        host: query.host,
        detail: `There is no domain ${query.domain} on host ${query.host}, and no history of one.`,
      })
    }
    const widestMs = stored.reduce((most, one) => Math.max(most, one.spanMs), 1000)
    const stepMs = Math.max(Math.ceil(leastMs / 1000) * 1000, widestMs)
    return response(
      query.metrics,
      known,
      rollUp([...stored, ...live].toSorted(byStart), stepMs),
      stepMs,
    )
  }

  async annotations(query: AnnotationsQuery): Promise<Annotation[]> {
    checkSpan(query)
    const uuid = query.domain?.toLowerCase() ?? null
    const { host, from: fromMs, to: toMs } = query
    return this.#store.events({ host, uuid, fromMs, toMs }).map((event) =>
      annotation.parse({
        fromKiB: null,
        targetKiB: null,
        by: null,
        fromHost: null,
        toHost: null,
        outcome: null,
        ...(JSON.parse(event.detail) as object),
        atMs: event.atMs,
        host: event.host,
        domain: event.uuid,
        kind: event.kind,
      }),
    )
  }

  sizing(query: SizingQuery): Promise<SizingReport> {
    checkSpan(query)
    // Two who look at the same range within a minute get the same report.
    const key = `${Math.round(query.to - query.from)} ${Math.round(query.to / reportMs)}`
    const nowMs = this.#nowMs()
    if (this.#report?.key === key && nowMs - this.#report.atMs < reportMs) {
      return this.#report.report
    }
    const report = this.#sizing(query)
    this.#report = { key, atMs: nowMs, report }
    report.catch(() => (this.#report = null))
    return report
  }

  async #sizing({ from, to }: SizingQuery): Promise<SizingReport> {
    const rows: SizingRow[] = []
    const tier = to - from > fineSizingMs ? historyTiers[2] : historyTiers[1]
    const stepMs = tier.stepSeconds * 1000
    // Lists of their own: both may change while this goes on.
    for (const agent of Array.from(this.#live.hosts)) {
      for (const domain of Array.from(agent.inventory.domains.values())) {
        const buckets = await this.#store.read({
          host: agent.record.host,
          uuid: domain.uuid,
          fromMs: from,
          toMs: to,
          stepMs,
        })
        rows.push(sizingRow(agent.record.host, domain, buckets))
        // Thousands of domains: whoever else wants something comes in between.
        if (rows.length % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    return { fromMs: from, toMs: to, rows }
  }
}

const used = domainMetrics.indexOf('usedKiB')
const actual = domainMetrics.indexOf('actualKiB')
const available = domainMetrics.indexOf('availableKiB')

/** @internal exported for its test */
export function sizingRow(
  host: string,
  domain: Pick<LiveDomain, 'uuid' | 'name' | 'active' | 'balloonKiB' | 'maximumKiB'>,
  buckets: readonly Bucket[],
): SizingRow {
  const means: number[] = []
  const peaks: number[] = []
  let reserveKiB = 0
  let coveredMs = 0
  for (const { figures, spanMs } of buckets) {
    const mean = figures[used * 3 + 1]!
    if (Number.isNaN(mean)) continue
    means.push(mean)
    peaks.push(figures[used * 3 + 2]!)
    coveredMs += spanMs
    const reserve = figures[actual * 3 + 1]! - figures[available * 3 + 1]!
    // With autodeflate the guest's total stays that of its boot: then there is no telling.
    if (reserve > 0) reserveKiB = reserve
  }
  const coveredSeconds = Math.round(coveredMs / 1000)
  const use = useOver(means, peaks)
  const sizeKiB = (domain.active && domain.balloonKiB) || domain.maximumKiB
  const suggestedKiB = suggestSize(use, { reserveKiB, coveredSeconds })
  return {
    host,
    uuid: domain.uuid,
    name: domain.name,
    sizeKiB,
    p50KiB: use && Math.round(use.p50KiB),
    p95KiB: use && Math.round(use.p95KiB),
    maxKiB: use && Math.round(use.maxKiB),
    coveredSeconds,
    suggestedKiB,
    savingKiB: suggestedKiB === null ? null : sizeKiB - suggestedKiB,
  }
}

function checkSpan({ from, to }: { from: number; to: number }): void {
  if (from < to && from >= 0 && to < 8.64e15) return
  throw new ProblemError('invalid', { detail: 'from has to be before to, in epoch ms' })
}

/** The next step that divides the minute, the hour or the day. Seconds. */
export function niceStep(seconds: number): number {
  const nice = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200]
  return nice.find((step) => step >= seconds) ?? 86_400
}

/** The samples of a live series as buckets of one second each. */
function liveBuckets(
  series: Series<string>,
  known: readonly string[],
  fromMs: number,
  toMs: number,
): Bucket[] {
  const read = series.read(fromMs - 1, toMs - 1)
  return read.tMs.map((startMs, row) => {
    const figures = new Float64Array(bucketFigures).fill(Number.NaN)
    known.forEach((name, metric) => {
      const value = (read[name]?.[row] ?? Number.NaN) * keptScale(name)
      figures.fill(value, metric * 3, metric * 3 + 3)
    })
    return { startMs, spanMs: 1000, figures }
  })
}

function response(
  wanted: readonly string[],
  known: readonly string[],
  buckets: readonly Bucket[],
  stepMs: number,
): SamplesResponse {
  const tMs: number[] = []
  const at = new Map(buckets.map((bucket) => [bucket.startMs, bucket]))
  const lastMs = buckets.at(-1)?.startMs ?? -1
  for (let ms = buckets[0]?.startMs ?? 0; ms <= lastMs; ms += stepMs) tMs.push(ms)
  const metrics = Object.fromEntries(
    wanted.map((name) => {
      const column = known.indexOf(name) * 3
      const scale = keptScale(name)
      const read = (figure: number) =>
        tMs.map((ms) => {
          const value = at.get(ms)?.figures[column + figure]
          return value === undefined || Number.isNaN(value) ? null : value / scale
        })
      return [name, { min: read(0), avg: read(1), max: read(2) }]
    }),
  )
  return { stepSeconds: stepMs / 1000, tMs, metrics }
}
