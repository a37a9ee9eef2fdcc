import { domainIsActive } from '../contract/domain.ts'
import type { BalloonHealth, DomainState, FleetRow } from '../contract/domain.ts'
import type { InhibitedBy, MemoryStats } from '../contract/memory.ts'
import {
  memorySeriesColumns,
  memoryStatFields,
  strainSeriesColumns,
} from '../contract/memory.ts'
import type { Pressure } from '../contract/pressure.ts'
import type { RowMove } from '../contract/row-move.ts'
import { balloonHealthOf, statisticsHold } from '../memory/health.ts'
import { MemoryTracker } from '../memory/tracker.ts'
import { DirtyRateLog } from './dirty-rate-log.ts'
import type { DomainXmlFacts } from './domain-xml.ts'
import type { StateFacts, SweepRow } from './host-link.ts'
import { cpuPercent, Rate } from './rates.ts'
import type { ResizeLog } from './resize-log.ts'
import { Series } from './series.ts'
import { cleanName } from './text.ts'

export const noStats = Object.fromEntries(
  Object.keys(memoryStatFields).map((field) => [field, null]),
) as MemoryStats

/**
 * A domain that a sweep left out keeps its place on the chart this long: three ticks. What it says of
 * the guest is no older than its statistics mostly are; longer would draw a line where nothing is known.
 */
const carryMs = 3_250

/** Percentages and rates; the score is a whole number. */
const hundredths = strainSeriesColumns.filter((column) => column !== 'pressure')

/** When a sample was taken: on the chart, on the clock that only grows, and when it was asked for. */
export interface SampleTime {
  tickMs: number
  wallMs: number
  monotonicMs: number
  sentMonotonicMs: number
}

/**
 * One domain as it is now: what its XML says, what the last sample said, and what follows from the
 * samples before. Written by events and sweeps of its host, read by the views.
 */
export class LiveDomain {
  readonly uuid: string
  name: string
  /** When it was first heard of, monotonic ms. */
  readonly addedAtMs: number
  /** When the newest sweep that it was in was sent, monotonic ms. */
  sweptAtMs = -Infinity
  /** -1 when not running. */
  id: number
  state: DomainState
  stateReason = 'unknown'
  persistent = true
  autostart = false
  /** What runs now, or the config when nothing does; null = not read yet. */
  live: DomainXmlFacts | null = null
  /** When the XML was read, monotonic ms. */
  readAtMs = -Infinity
  /** The persistent config; null = transient, or not read yet. */
  config: DomainXmlFacts | null = null

  stats: MemoryStats = noStats
  balloonKiB: number | null = null
  cpuPercent: number | null = null
  /** Share of their time in which its vCPUs wait for a CPU of the host; 0..100. */
  vcpuWaitPercent: number | null = null
  sampledMs: number | null = null
  readonly memory = new MemoryTracker()
  readonly series = new Series([...memorySeriesColumns, ...strainSeriesColumns], {
    hundredths,
  })
  readonly resizes: ResizeLog
  readonly dirtyRate = new DirtyRateLog()
  /** While it is on its way to another host, or from it to here. */
  move: RowMove | undefined

  /** Grows with every change: what is computed from a domain is cached under it. */
  version = 0
  /** The row computed last; see domain-view.ts. */
  rowCache: { key: string; row: FleetRow } | null = null

  readonly #waiting = new Set<() => void>()
  readonly #cpuRate = new Rate()
  readonly #vcpuWaitRate = new Rate()
  #sampled: SweepRow | null = null
  /** When a sweep last had its figures, monotonic ms; null = not in this run. */
  #figuresAtMs: number | null = null
  /** A state that an event told later than this sweep was sent is newer than the sweep. */
  #stateToldAtMs = -Infinity
  /** Likewise the balloon. */
  #balloonToldAtMs = -Infinity

  constructor(init: {
    uuid: string
    name: string
    id: number
    addedAtMs: number
    resizes: ResizeLog
  }) {
    this.uuid = init.uuid
    this.name = cleanName(init.name)
    this.id = init.id
    this.addedAtMs = init.addedAtMs
    this.state = init.id >= 0 ? 'running' : 'shut-off'
    this.resizes = init.resizes
    if (!this.active) this.resizes.runEnded()
  }

  get active(): boolean {
    return domainIsActive(this.state)
  }

  get vcpus(): number {
    return this.#sampled?.vcpus ?? this.live?.vcpus ?? 0
  }

  get maximumKiB(): number {
    return this.#sampled?.maximumKiB ?? this.live?.maximumKiB ?? 0
  }

  /** Why QEMU gives nothing back to the host now, however small the balloon; null = it does. */
  get inhibitedBy(): InhibitedBy | null {
    if (!this.active) return null
    return this.stateReason === 'postcopy' ? 'postcopy' : (this.live?.inhibitedBy ?? null)
  }

  /** Seconds; null = not known or not running. */
  get statsPeriodSeconds(): number | null {
    return this.live?.statsPeriodSeconds ?? null
  }

  set statsPeriodSeconds(seconds: number) {
    if (this.live) this.live = { ...this.live, statsPeriodSeconds: seconds }
    this.version++
  }

  /** Resolves with the next sample, balloon move or change of state, after `mostMs`, or on `signal`. */
  async seen(mostMs: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        this.#waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, mostMs)
      this.#waiting.add(done)
      if (signal?.aborted) done()
      else signal?.addEventListener('abort', done, { once: true })
    })
  }

  #tellWaiting(): void {
    for (const tell of Array.from(this.#waiting)) tell()
  }

  healthAt(nowMonotonicMs: number): BalloonHealth {
    return balloonHealthOf({
      state: this.state,
      balloonModel: this.live ? this.live.balloonModel : undefined,
      statsPeriodSeconds: this.statsPeriodSeconds,
      lastUpdateSeconds: this.stats.last_update,
      availableKiB: this.stats.available,
      advancedAtMs: this.memory.advancedAtMs,
      watchedSinceMs: this.memory.watchedSinceMs,
      cpuTimeMs: (this.#sampled?.cpuTimeNs ?? 0) / 1e6,
      vcpus: this.vcpus,
      nowMs: nowMonotonicMs,
      frozen: this.memory.frozenAt(nowMonotonicMs),
      inhibitedBy: this.inhibitedBy,
    })
  }

  /** How short of memory the guest is; null = it does not say, or not lately. */
  pressureAt(nowMonotonicMs: number): Pressure | null {
    return statisticsHold(this.healthAt(nowMonotonicMs)) ? this.memory.pressure : null
  }

  /**
   * How old the guest's figures are, s. Counted from when they were seen to change; only for those
   * that never changed yet are the two clocks compared.
   */
  statsAgeSeconds(nowWallMs: number, nowMonotonicMs: number): number | null {
    if (!this.active || !this.stats.last_update) return null
    const seen = this.memory.advancedAtMs
    const ms =
      seen === null ? nowWallMs - this.stats.last_update * 1000 : nowMonotonicMs - seen
    return Math.max(0, Math.round(ms / 100) / 10)
  }

  /** Takes in a state told by an event or asked for. */
  tellState({ state, reason }: StateFacts, atMonotonicMs: number): void {
    this.#stateToldAtMs = atMonotonicMs
    this.#setState(state, reason)
  }

  tellXml(
    live: DomainXmlFacts | null,
    config: DomainXmlFacts | null,
    atMonotonicMs: number,
  ): void {
    this.readAtMs = atMonotonicMs
    this.live = live
    this.config = config
    if (live?.name) this.name = live.name
    this.version++
  }

  /** Whether `row` lacks the figures that this run of the domain gave before: NOWAIT passed it by. */
  isLeftOutOf(row: SweepRow): boolean {
    return this.#figuresAtMs !== null && this.active && !hasFigures(row)
  }

  /** Takes in what one sweep said of this domain. */
  sample(swept: SweepRow, time: SampleTime): void {
    const row =
      this.#balloonToldAtMs > time.sentMonotonicMs ? this.#withToldBalloon(swept) : swept
    this.version++
    this.sampledMs = time.wallMs
    this.sweptAtMs = time.sentMonotonicMs
    if (row.state && this.#stateToldAtMs <= time.sentMonotonicMs) {
      this.#setState(row.state.state, row.state.reason)
      this.id = row.ref.id
    }
    this.#sampled = row
    this.balloonKiB = row.balloonKiB
    if (!this.active) {
      this.cpuPercent = null
      this.vcpuWaitPercent = null
      this.series.gap()
      return
    }
    this.cpuPercent = cpuPercent(
      this.#cpuRate.next(row.cpuTimeNs, time.monotonicMs),
      this.vcpus,
    )
    this.vcpuWaitPercent = cpuPercent(
      this.#vcpuWaitRate.next(row.vcpuWaitNs, time.monotonicMs),
      this.vcpus,
    )
    // A domain that was busy with something else is left out by NOWAIT: its last figures stand.
    if (hasFigures(row)) {
      this.#figuresAtMs = time.monotonicMs
      this.stats = row.stats
      this.memory.add(row.stats, time.monotonicMs, {
        maximumKiB: this.maximumKiB,
        autodeflate: this.live?.autodeflate ?? null,
        hugePages: this.live?.hugePages ?? false,
        filledByHost: this.move !== undefined || this.stateReason === 'postcopy',
        vcpuWaitPercent: this.vcpuWaitPercent,
      })
      this.#followResize(row.stats.actual, time.monotonicMs, time.wallMs)
    }
    this.#appendSeries(time)
    this.#tellWaiting()
  }

  /** Takes in a balloon-change event: the balloon moved between two sweeps. */
  balloonMoved(actualKiB: number, monotonicMs: number, wallMs: number): void {
    this.version++
    this.#balloonToldAtMs = monotonicMs
    this.balloonKiB = actualKiB
    this.stats = { ...this.stats, actual: actualKiB }
    this.#followResize(actualKiB, monotonicMs, wallMs)
    this.#tellWaiting()
  }

  /** The host does not answer any more: what is known stays, the chart gets a gap. */
  lose(): void {
    this.version++
    this.series.gap()
    this.memory.rewatch()
    this.#cpuRate.reset()
    this.#vcpuWaitRate.reset()
    this.cpuPercent = null
    this.vcpuWaitPercent = null
  }

  /** An older balloon after a newer one would look like a change that somebody made. */
  #withToldBalloon(row: SweepRow): SweepRow {
    const actual = row.stats.actual === null ? null : this.balloonKiB
    return { ...row, balloonKiB: this.balloonKiB, stats: { ...row.stats, actual } }
  }

  #setState(state: DomainState, reason: string): void {
    const wasActive = this.active
    if (state === this.state && reason === this.stateReason) return
    this.state = state
    this.stateReason = reason
    this.version++
    if (this.active !== wasActive) this.#newRun()
  }

  #newRun(): void {
    this.memory.reset()
    this.dirtyRate.reset()
    this.#cpuRate.reset()
    this.#vcpuWaitRate.reset()
    this.stats = noStats
    this.cpuPercent = null
    this.vcpuWaitPercent = null
    this.balloonKiB = null
    this.#sampled = null
    this.#figuresAtMs = null
    if (!this.active) this.id = -1
    this.resizes.runEnded()
    this.#tellWaiting()
  }

  #followResize(actualKiB: number | null, monotonicMs: number, wallMs: number): void {
    if (actualKiB === null) return
    this.resizes.follow(actualKiB, {
      monotonicMs,
      wallMs,
      name: this.name,
      // While a guest boots its driver takes the balloon to the configured size: nobody's change.
      settled: this.memory.everReported && this.stats.available !== null,
    })
  }

  #appendSeries({ tickMs, monotonicMs }: SampleTime): void {
    const unknown = this.#figuresAtMs === null || monotonicMs - this.#figuresAtMs > carryMs
    const silent = unknown || this.healthAt(monotonicMs) === 'stale'
    const { derived, pressureScore, usablePercent } = this.memory
    this.series.append(tickMs, {
      actualKiB: this.stats.actual,
      availableKiB: silent ? null : this.stats.available,
      usedKiB: silent ? null : derived.usedKiB,
      cacheKiB: silent ? null : derived.cacheKiB,
      unusedKiB: silent ? null : this.stats.unused,
      rssKiB: unknown ? null : this.stats.rss,
      pressure: silent ? null : pressureScore,
      cpuPercent: whole(this.cpuPercent),
      vcpuWaitPercent: whole(this.vcpuWaitPercent),
      usablePercent: silent ? null : whole(usablePercent),
      swapInKiBps: silent ? null : whole(derived.swapInKiBps),
      swapOutKiBps: silent ? null : whole(derived.swapOutKiBps),
      majorFaultsPerS: silent ? null : whole(derived.majorFaultsPerS),
    })
  }
}

/** Whole numbers take a byte or four in a series, others eight. */
function whole(figure: number | null): number | null {
  return figure === null ? null : Math.round(figure)
}

/** Of a running domain libvirt knows at least the RSS, or that no statistics came yet (0). */
function hasFigures({ stats }: SweepRow): boolean {
  return stats.rss !== null || stats.last_update !== null
}
