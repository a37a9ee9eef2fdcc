/**
 * Metrics of one series, and figures of one bucket: least, mean and greatest of each metric. What was
 * written when there were fewer is read all the same: the further ones were not sampled then.
 */
export const seriesMetrics = 10
export const bucketFigures = seriesMetrics * 3

/**
 * One bucket of one series: for metric m the figures [3m] least, [3m+1] mean, [3m+2] greatest.
 * Whole numbers from 0; NaN = no sample.
 */
export interface Bucket {
  startMs: number
  spanMs: number
  figures: Float64Array
}

/** What one host and its domains were in one bucket of the finest tier. */
export interface HistoryBatch {
  host: string
  startMs: number
  /** The host itself has the uuid ''. */
  rows: { uuid: string; figures: Float64Array }[]
}

export interface HistoryRange {
  host: string
  /** '' = the host itself. */
  uuid: string
  fromMs: number
  toMs: number
  /** Buckets need not be narrower than this. */
  stepMs: number
}

export interface StoredEvent {
  atMs: number
  host: string
  uuid: string
  kind: string
  /** Whatever belongs to it, as JSON. */
  detail: string
}

/**
 * Where samples are kept. One implementation today (SQLite); one over a Prometheus-compatible store
 * would fit the same seam. Writing never throws: what cannot be written waits, bounded, and is lost
 * before the live part would suffer.
 */
export interface HistoryStore {
  /** Takes buckets of the finest tier, and events. */
  write(batches: readonly HistoryBatch[], events: readonly StoredEvent[]): void
  /** The buckets of a series in the range, oldest first, of the tier that fits. */
  read(range: HistoryRange): Promise<Bucket[]>
  events(
    range: Omit<HistoryRange, 'stepMs' | 'uuid'> & { uuid: string | null },
  ): StoredEvent[]
  /** Moves what is old to coarser tiers and deletes what is too old; in small steps. */
  maintain(): Promise<void>
  /** Bytes in use. */
  readonly bytes: number
  /** Whether the last write failed, in words. */
  readonly failure: string | null
  close(): void
}
