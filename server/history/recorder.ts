import { domainMetrics, historyTiers, hostMetrics } from '../contract/history.ts'
import type { AnnotationKind } from '../contract/history.ts'
import { jobIsActive } from '../contract/job.ts'
import type { JobSummary } from '../contract/job.ts'
import { policyName } from '../contract/memory-policy.ts'
import { memorySeriesColumns } from '../contract/memory.ts'
import type { Resize } from '../contract/memory.ts'
import type { HostAgent } from '../fleet/host-agent.ts'
import type { LiveDomain } from '../fleet/live-domain.ts'
import type { SampleSink } from '../fleet/sample-sink.ts'
import { seriesMetrics } from '../store/history/history-store.ts'
import type {
  HistoryBatch,
  HistoryStore,
  StoredEvent,
} from '../store/history/history-store.ts'
import { BucketSums } from './bucket-sums.ts'
import { PressureWatch } from './pressure-watch.ts'

const bucketMs = historyTiers[0].stepSeconds * 1000
/** A sweep may take a while: what ended is written this much later. */
const lateMs = 1_500
const maintainMs = 60_000

/** CPU is kept in hundredths, because buckets hold whole numbers. */
const cpuScale = 100
/** What the figures of this metric are multiplied by where they are kept. */
export function keptScale(metric: string): number {
  return metric === 'cpuPercent' || metric === 'vcpuWaitPercent' ? cpuScale : 1
}
export const cpuColumn = hostMetrics.indexOf('cpuPercent')
const usedColumn = domainMetrics.indexOf('usedKiB')
const pressureColumn = domainMetrics.indexOf('pressure')
const domainCpuColumn = domainMetrics.indexOf('cpuPercent')
const vcpuWaitColumn = domainMetrics.indexOf('vcpuWaitPercent')
const dirtyRateColumn = domainMetrics.indexOf('dirtyRateKiBps')
/** The hosts tell of the end of a move each in its own time. */
const movedForMs = 5_000
/** The rotation comes round once a minute: until then the rate is taken for the one of before. */
const measuredForMs = 90_000

interface DomainWatch {
  name: string
  active: boolean
  resizeId: string | null
  pressure: PressureWatch
}
interface HostWatch {
  /** Buckets by their start. */
  open: Map<number, Map<string, BucketSums>>
  domains: Map<string, DomainWatch>
  /** Before the first sample nothing is known, so nothing begins. */
  sampled: boolean
}

/** Gathers all samples of the fleet into buckets, and notices what happens to its domains. */
export class HistoryRecorder implements SampleSink {
  readonly #store: HistoryStore
  readonly #nowMs: () => number
  readonly #hosts = new Map<string, HostWatch>()
  readonly #row = new Float64Array(seriesMetrics)
  /** Domains on their way between hosts, with the time until which that explains what they do. */
  readonly #moving = new Map<string, number>()
  #events: StoredEvent[] = []
  #eventFlush: NodeJS.Immediate | null = null
  #timer: NodeJS.Timeout | null = null
  #maintain: NodeJS.Timeout | null = null

  constructor(store: HistoryStore, nowMs: () => number = Date.now) {
    this.#store = store
    this.#nowMs = nowMs
  }

  /** Begins to write every ten seconds, and to tidy up every minute. */
  start(): void {
    const arm = () => {
      const waitMs = bucketMs - ((this.#nowMs() - lateMs) % bucketMs)
      this.#timer = setTimeout(() => {
        this.flush(this.#nowMs() - lateMs)
        arm()
      }, waitMs).unref()
    }
    arm()
    this.#maintain = setInterval(() => void this.#store.maintain(), maintainMs).unref()
    void this.#store.maintain()
  }

  /** Writes what there is, also of buckets that have not ended. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#maintain) clearInterval(this.#maintain)
    if (this.#eventFlush) clearImmediate(this.#eventFlush)
    this.flush(Infinity)
  }

  sampled(agent: HostAgent): void {
    const { host } = agent.record
    const tickMs = agent.figures.series.lastMs
    if (tickMs === null) return
    const watch = this.#watchOf(host)
    const startMs = Math.floor(tickMs / bucketMs) * bucketMs
    const bucket = watch.open.get(startMs) ?? new Map<string, BucketSums>()
    watch.open.set(startMs, bucket)
    this.#row.fill(Number.NaN)
    if (agent.figures.series.copyNewest(tickMs, this.#row)) {
      this.#row[cpuColumn]! *= cpuScale
      add(bucket, '', this.#row)
    }
    for (const domain of agent.inventory.domains.values()) {
      if (domain.series.copyNewest(tickMs, this.#row, memorySeriesColumns.length)) {
        this.#fillDomain(domain, tickMs)
        add(bucket, domain.uuid, this.#row)
      }
      this.#watchDomain(host, watch, domain)
    }
    watch.sampled = true
  }

  resized(host: string, uuid: string, resize: Resize): void {
    const domain = this.#watchOf(host).domains.get(uuid)
    // A resize is told twice, when it begins and when it ends; the first says it all.
    if (resize.endedMs !== null || domain?.resizeId === resize.id) return
    if (domain) domain.resizeId = resize.id
    const { fromKiB, targetKiB, by } = resize
    const more = { fromKiB, targetKiB, by }
    const name = domain?.name ?? ''
    const byPolicy = targetKiB < fromKiB ? 'policy-take' : 'policy-give'
    const kind = by === policyName ? byPolicy : 'resize'
    this.#happened(host, uuid, name, kind, resize.startedMs, more)
  }

  /**
   * A job began or ended: a migration leaves a mark on both of its hosts.
   *
   * @param takenUp it goes on after a restart: its beginning has its mark already
   */
  migrated(job: JobSummary, takenUp = false): void {
    const { kind, title, owner, domains, state, startedMs, endedMs } = job
    // One that was cancelled before its turn never moved anything.
    if (kind !== 'migration' || startedMs === null) return
    const ended = !jobIsActive(state)
    const more = {
      by: owner.type === 'external' ? null : owner.name,
      fromHost: title['from'],
      // Of one that was begun outside only the source is known.
      toHost: domains.length > 1 ? title['to'] : null,
      outcome: ended ? state : null,
    }
    const mark = ended ? 'migration-end' : 'migration-begin'
    for (const { host, uuid, name } of domains) {
      if (uuid === null) continue
      this.#moving.set(uuid, ended ? (endedMs ?? startedMs) + movedForMs : Infinity)
      if (!takenUp) this.#happened(host, uuid, name, mark, endedMs ?? startedMs, more)
    }
  }

  gone(host: string, uuid: string): void {
    const { domains } = this.#watchOf(host)
    const domain = domains.get(uuid)
    domains.delete(uuid)
    if (domain?.active && !this.#moves(uuid)) {
      this.#happened(host, uuid, domain.name, 'stop')
    }
  }

  /** Hands over to the store what ended before `untilMs`. */
  flush(untilMs: number): void {
    const batches: HistoryBatch[] = []
    for (const [host, { open }] of this.#hosts) {
      for (const [startMs, bucket] of open) {
        if (startMs + bucketMs > untilMs) continue
        open.delete(startMs)
        const rows: HistoryBatch['rows'] = []
        for (const [uuid, sums] of bucket) {
          const figures = sums.figures()
          if (figures) rows.push({ uuid, figures })
        }
        if (rows.length > 0) batches.push({ host, startMs, rows })
      }
    }
    this.#store.write(batches, this.#events.splice(0))
  }

  /** What is kept besides the live series: only while the guest is heard, or was measured lately. */
  #fillDomain(domain: LiveDomain, tickMs: number): void {
    const { memory, cpuPercent, vcpuWaitPercent, dirtyRate } = domain
    const row = this.#row
    const heard = !Number.isNaN(row[usedColumn]!)
    row[pressureColumn] = (heard ? memory.pressureScore : null) ?? Number.NaN
    row[domainCpuColumn] = (cpuPercent ?? Number.NaN) * cpuScale
    row[vcpuWaitColumn] = (vcpuWaitPercent ?? Number.NaN) * cpuScale
    const { summary } = dirtyRate
    const fresh = summary !== null && tickMs - summary.measuredMs <= measuredForMs
    row[dirtyRateColumn] = fresh ? summary.rateMiBps * 1024 : Number.NaN
  }

  #watchOf(host: string): HostWatch {
    let watch = this.#hosts.get(host)
    if (!watch) {
      watch = { open: new Map(), domains: new Map(), sampled: false }
      this.#hosts.set(host, watch)
    }
    return watch
  }

  #watchDomain(host: string, watch: HostWatch, live: LiveDomain): void {
    let domain = watch.domains.get(live.uuid)
    if (!domain) {
      const active = watch.sampled ? false : live.active
      domain = { name: live.name, active, resizeId: null, pressure: new PressureWatch() }
      watch.domains.set(live.uuid, domain)
    }
    domain.name = live.name
    if (domain.active !== live.active) {
      domain.active = live.active
      if (!this.#moves(live.uuid)) {
        this.#happened(host, live.uuid, live.name, live.active ? 'start' : 'stop')
      }
    }
    if (live.active && domain.pressure.add(live.memory.pressureLevel)) {
      this.#happened(host, live.uuid, live.name, 'pressure')
    }
  }

  /** Whether it comes and goes because it moves: it neither starts nor stops then. */
  #moves(uuid: string): boolean {
    const until = this.#moving.get(uuid)
    if (until === undefined) return false
    if (this.#nowMs() < until) return true
    this.#moving.delete(uuid)
    return false
  }

  #happened(
    host: string,
    uuid: string,
    name: string,
    kind: AnnotationKind,
    atMs: number = this.#nowMs(),
    more: object = {},
  ): void {
    const detail = JSON.stringify({ name, ...more })
    this.#events.push({ atMs: Math.round(atMs), host, uuid, kind, detail })
    // Seldom, and somebody may be looking: not with the next buckets, but after this sample.
    this.#eventFlush ??= setImmediate(() => {
      this.#eventFlush = null
      this.#store.write([], this.#events.splice(0))
    })
  }
}

function add(bucket: Map<string, BucketSums>, uuid: string, row: Float64Array): void {
  let sums = bucket.get(uuid)
  if (!sums) bucket.set(uuid, (sums = new BucketSums()))
  sums.add(row)
}
