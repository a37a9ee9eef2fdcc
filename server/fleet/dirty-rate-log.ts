import type {
  DirtyRateDetail,
  DirtyRateMeasurement,
  DirtyRateMode,
  DirtyRateSummary,
  WorkingSet,
} from '../contract/dirty-rate.ts'
import { dirtyRateSeriesColumns } from '../contract/dirty-rate.ts'
import { loadChangedMs, shortSeconds, summarise } from '../dirty-rate/summary.ts'
import { workingSetOf } from '../dirty-rate/working-set.ts'
import { Series } from './series.ts'

/** Measurements kept: five minutes of a domain that is watched. */
const most = 300

/** A window that somebody asked for. */
export interface AskedWindow {
  mode: DirtyRateMode
  seconds: number
  /** Called when it has begun, or could not. */
  begun(error: unknown): void
}

/** What is known of one domain's dirty rate in its present run. Written by the runner of its host. */
export class DirtyRateLog {
  measurements: DirtyRateMeasurement[] = []
  summary: DirtyRateSummary | null = null
  workingSet: WorkingSet = { points: [], verdict: 'unknown', sizeMiB: null }
  readonly series = new Series(dirtyRateSeriesColumns)

  running: DirtyRateDetail['running'] = null
  asked: AskedWindow[] = []
  /** More pages by QMP, because somebody said so. */
  fine = false
  /** libvirt's words for modes that were tried; null = it took them. */
  refused: Partial<Record<DirtyRateMode, string | null>> = {}
  failure: string | null = null
  /** A migration or another job has the domain. */
  job = false
  /** How many topics want it measured without a pause. */
  watchers = 0
  /** Monotonic ms. */
  triedMs = -Infinity
  /** What was measured before is of another load. */
  sinceMs = 0
  /** Grows with each run of the domain: a result of an older one is dropped. */
  run = 0

  add(measurement: DirtyRateMeasurement, memoryKiB: number): void {
    this.measurements.push(measurement)
    if (this.measurements.length > most) this.measurements.shift()
    this.failure = null
    // The server's clock was set back: what was noted under the old one says nothing any more.
    if (measurement.endedMs < this.sinceMs) this.sinceMs = 0
    const ofThisLoad = () =>
      this.measurements.filter(({ endedMs }) => endedMs >= this.sinceMs)
    this.sinceMs = loadChangedMs(ofThisLoad(), memoryKiB) ?? this.sinceMs
    this.summary = summarise(ofThisLoad(), memoryKiB)
    this.workingSet = workingSetOf(ofThisLoad(), memoryKiB)
    const short = measurement.seconds <= shortSeconds
    this.series.append(measurement.endedMs, {
      rateMiBps: short ? measurement.rateMiBps : null,
      meanMiBps: this.summary?.rateMiBps ?? null,
      lowMiBps: this.summary?.lowMiBps ?? null,
      highMiBps: this.summary?.highMiBps ?? null,
    })
  }

  /** The domain started or stopped: what was measured is of another run. */
  reset(): void {
    this.run++
    this.series.gap()
    this.measurements = []
    this.sinceMs = 0
    this.summary = null
    this.workingSet = { points: [], verdict: 'unknown', sizeMiB: null }
    this.running = null
    this.refused = {}
    this.fine = false
    this.failure = null
    this.job = false
    this.triedMs = -Infinity
  }
}
