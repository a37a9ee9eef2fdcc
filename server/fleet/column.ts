/** How a gap is kept among whole numbers. */
const gap = 0xffff_ffff

/**
 * A column of numbers of which NaN means a gap. Whole numbers take four bytes each; the first one that
 * is none, is negative or does not fit makes it a column of doubles. (10,000 domains keep 15 minutes of
 * seven columns: 250 MB in KiB, 500 MB as doubles.)
 */
export class Column {
  #values: Uint32Array | Float64Array

  constructor(length: number) {
    this.#values = new Uint32Array(length)
  }

  get bytes(): number {
    return this.#values.byteLength
  }

  /** NaN = gap. What was never set is not to be read. */
  get(at: number): number {
    const value = this.#values[at]!
    return value === gap && this.#values instanceof Uint32Array ? Number.NaN : value
  }

  set(at: number, value: number): void {
    if (this.#values instanceof Uint32Array) {
      if (value >>> 0 === value && value !== gap) {
        this.#values[at] = value
        return
      }
      if (Number.isNaN(value)) {
        this.#values[at] = gap
        return
      }
      this.#values = Float64Array.from(this.#values, (old) =>
        old === gap ? Number.NaN : old,
      )
    }
    this.#values[at] = value
  }

  /** Gives it another length; the value at `first`, and the ones behind it around the end, come first. */
  unroll(length: number, first: number): void {
    const old = this.#values
    const values =
      old instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length)
    values.set(old.subarray(first))
    values.set(old.subarray(0, first), old.length - first)
    this.#values = values
  }
}
