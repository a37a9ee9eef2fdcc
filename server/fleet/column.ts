type Values = Uint8Array | Uint32Array | Float64Array

/** How a gap is kept: the greatest number that a whole column holds, NaN among doubles. */
function gapOf(values: Values): number {
  if (values instanceof Uint8Array) return 0xff
  return values instanceof Uint32Array ? 0xffff_ffff : Number.NaN
}

/** The narrowest kind, no narrower than `now`, that holds this value. */
function widened(now: Values, value: number): Values {
  if (value >>> 0 !== value || value === 0xffff_ffff) return new Float64Array(now.length)
  return new Uint32Array(now.length)
}

/**
 * A column of numbers of which NaN means a gap. It begins with a byte a value; the first one that does
 * not fit makes it a column of four bytes, and one that is no whole number, negative or greater still a
 * column of doubles. (10,000 domains keep 15 minutes of seven columns in KiB, 250 MB, and of seven that
 * are mostly percents or 0, 65 MB; as doubles it would be 1 GB.)
 */
export class Column {
  #values: Values

  constructor(length: number) {
    this.#values = new Uint8Array(length)
  }

  get bytes(): number {
    return this.#values.byteLength
  }

  /** NaN = gap. What was never set is not to be read. */
  get(at: number): number {
    const value = this.#values[at]!
    return value === gapOf(this.#values) ? Number.NaN : value
  }

  set(at: number, value: number): void {
    const gap = gapOf(this.#values)
    if (Number.isNaN(value)) {
      this.#values[at] = gap
      return
    }
    this.#values[at] = value
    if (this.#values[at] === value && value !== gap) return
    const wider = widened(this.#values, value)
    const widerGap = gapOf(wider)
    this.#values.forEach((old, index) => {
      wider[index] = old === gap ? widerGap : old
    })
    wider[at] = value
    this.#values = wider
  }

  /** Gives it another length; the value at `first`, and the ones behind it around the end, come first. */
  unroll(length: number, first: number): void {
    const old = this.#values
    const values =
      old instanceof Uint8Array
        ? new Uint8Array(length)
        : old instanceof Uint32Array
          ? new Uint32Array(length)
          : new Float64Array(length)
    values.set(old.subarray(first))
    values.set(old.subarray(0, first), old.length - first)
    this.#values = values
  }
}
