import { Column } from './column.ts'

const firstCapacity = 64

/**
 * Columns of one length that share a time column; the oldest rows fall out at `capacity`.
 *
 *   t        [ 1000 2000 3000 4000 ]
 *   usedKiB  [  512  NaN  520  524 ]     NaN inside, null outside: a gap, never 0
 *
 * A ring that starts small and doubles, because most series of a fleet are short-lived.
 */
export class Series<C extends string> {
  readonly columns: readonly C[]
  readonly #capacity: number
  #size: number
  /** Counted from `#beginMs`. */
  readonly #t: Column
  #beginMs = 0
  readonly #values: readonly Column[]
  /** Rows ever appended; row n lies at n % size. */
  #appended = 0
  #first = 0

  /**
   * @param capacity most rows
   * @param hundredths columns of which no more than hundredths are kept: they take a quarter then
   */
  constructor(
    columns: readonly C[],
    {
      capacity = 900,
      hundredths = [],
    }: { capacity?: number; hundredths?: readonly C[] } = {},
  ) {
    this.columns = columns
    this.#capacity = capacity
    this.#size = Math.min(firstCapacity, capacity)
    this.#t = new Column(this.#size)
    this.#values = columns.map(
      (column) => new Column(this.#size, hundredths.includes(column) ? 100 : 1),
    )
  }

  get length(): number {
    return this.#appended - this.#first
  }

  /** Time of the newest row, ms; null when empty. */
  get lastMs(): number | null {
    return this.length === 0 ? null : this.#timeOf(this.#appended - 1)
  }

  /**
   * Copies the first `columns` figures of the newest row into `into` (NaN = gap); false when it is not of
   * the time `tMs`.
   */
  copyNewest(tMs: number, into: Float64Array, columns = this.columns.length): boolean {
    if (this.lastMs !== tMs) return false
    const at = (this.#appended - 1) % this.#size
    for (let column = 0; column < columns; column++) {
      into[column] = this.#values[column]!.get(at)
    }
    return true
  }

  /** Adds one row; one that is not newer than the last is left out, so that time only grows. */
  append(tMs: number, values: Record<C, number | null>): void {
    const lastMs = this.lastMs
    if (lastMs !== null && tMs <= lastMs) {
      // The clock of the server was set back: what was drawn under the old one has no place any more.
      if (lastMs - tMs < 60_000) return
      this.clear()
    }
    if (this.length === this.#size) this.#makeRoom()
    if (this.length === 0) this.#beginMs = tMs
    const at = this.#appended % this.#size
    this.#t.set(at, tMs - this.#beginMs)
    for (let column = 0; column < this.columns.length; column++) {
      this.#values[column]!.set(at, values[this.columns[column]!] ?? Number.NaN)
    }
    this.#appended++
  }

  /** A row of gaps right behind the newest row, unless that is one already. */
  gap(): void {
    const { lastMs } = this
    if (lastMs === null) return
    const at = (this.#appended - 1) % this.#size
    if (this.#values.every((column) => Number.isNaN(column.get(at)))) return
    this.append(
      lastMs + 1,
      Object.fromEntries(this.columns.map((name) => [name, null])) as Record<C, null>,
    )
  }

  /** What its columns take. */
  get bytes(): number {
    return this.#values.reduce((sum, column) => sum + column.bytes, this.#t.bytes)
  }

  clear(): void {
    this.#first = this.#appended
  }

  /** Rows with afterMs < t <= untilMs, oldest first. */
  read(
    afterMs: number,
    untilMs = Infinity,
  ): { tMs: number[] } & Record<C, (number | null)[]> {
    const from = this.#firstAfter(afterMs)
    const until = untilMs === Infinity ? this.#appended : this.#firstAfter(untilMs)
    const read = { tMs: this.#times(from, until) } as { tMs: number[] } & Record<
      string,
      (number | null)[]
    >
    for (const name of this.columns) read[name] = this.#figures(name, from, until)
    return read as { tMs: number[] } & Record<C, (number | null)[]>
  }

  /** As `read`, of one column. */
  readColumn(name: C, afterMs: number): { tMs: number[]; values: (number | null)[] } {
    const from = this.#firstAfter(afterMs)
    const until = this.#appended
    return {
      tMs: this.#times(from, until),
      values: this.#figures(name, from, until),
    }
  }

  #times(from: number, until: number): number[] {
    const tMs: number[] = []
    for (let row = from; row < until; row++) tMs.push(this.#timeOf(row))
    return tMs
  }

  #figures(name: C, from: number, until: number): (number | null)[] {
    const values = this.#values[this.columns.indexOf(name)]!
    const out: (number | null)[] = []
    for (let row = from; row < until; row++) {
      const value = values.get(row % this.#size)
      out.push(Number.isNaN(value) ? null : value)
    }
    return out
  }

  #timeOf(row: number): number {
    return this.#beginMs + this.#t.get(row % this.#size)
  }

  /** Number of the first row later than `ms`, by bisection. */
  #firstAfter(ms: number): number {
    let low = this.#first
    let high = this.#appended
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#timeOf(middle) <= ms) low = middle + 1
      else high = middle
    }
    return low
  }

  #makeRoom(): void {
    if (this.#size === this.#capacity) {
      this.#first++
      return
    }
    const size = Math.min(this.#capacity, this.#size * 2)
    const length = this.length
    for (const column of [this.#t, ...this.#values]) {
      column.unroll(size, this.#first % this.#size)
    }
    this.#size = size
    this.#first = 0
    this.#appended = length
  }
}
