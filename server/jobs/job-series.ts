import { jobLimits } from '../contract/job.ts'
import type { JobSeries } from '../contract/job.ts'

/**
 * Figures of a job over time, bounded: when it is full every second point goes, and from then on only
 * as many come in as are left, so that a job of any length fits.
 */
export class PointLog {
  readonly #names: readonly string[]
  #series: JobSeries
  /** Only every n-th point is kept. */
  #every = 1
  #skipped = 0
  #newest: { tMs: number; values: Record<string, number | null> } | null = null

  constructor(names: readonly string[], before?: JobSeries) {
    this.#names = names
    this.#series = {
      tMs: [...(before?.tMs ?? [])],
      columns: Object.fromEntries(
        names.map((name) => [name, [...(before?.columns[name] ?? [])]]),
      ),
    }
  }

  add(tMs: number, values: Partial<Record<string, number | null>>): void {
    const row = Object.fromEntries(this.#names.map((name) => [name, values[name] ?? null]))
    this.#newest = { tMs, values: row }
    this.#skipped += 1
    if (this.#skipped < this.#every) return
    this.#skipped = 0
    this.#push(tMs, row)
    if (this.#series.tMs.length >= jobLimits.seriesPoints) this.#thin()
  }

  /** The points after `afterMs`; the newest is always among them. */
  read(afterMs = -Infinity): JobSeries {
    const from = this.#series.tMs.findIndex((tMs) => tMs > afterMs)
    const cut = <T>(column: readonly T[]) => (from < 0 ? [] : column.slice(from))
    return {
      tMs: cut(this.#series.tMs),
      columns: Object.fromEntries(
        Object.entries(this.#series.columns).map(([name, column]) => [name, cut(column)]),
      ),
    }
  }

  /** Adds the newest point even where only every n-th is kept: the end must be in it. */
  close(): void {
    const newest = this.#newest
    if (newest && this.#series.tMs.at(-1) !== newest.tMs) {
      this.#push(newest.tMs, newest.values)
    }
  }

  #push(tMs: number, values: Record<string, number | null>): void {
    this.#series.tMs.push(tMs)
    for (const name of this.#names) this.#series.columns[name]?.push(values[name] ?? null)
  }

  #thin(): void {
    this.#every *= 2
    const half = <T>(column: readonly T[]) => column.filter((_value, at) => at % 2 === 0)
    this.#series = {
      tMs: half(this.#series.tMs),
      columns: Object.fromEntries(
        Object.entries(this.#series.columns).map(([name, column]) => [name, half(column)]),
      ),
    }
  }
}
