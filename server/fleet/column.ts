type Values = Uint8Array | Uint32Array | Float64Array

/** How a gap is kept: the greatest number that a whole column holds, NaN among doubles. */
function gapOf(values: Values): number {
  if (values instanceof Uint8Array) return 0xff
  return values instanceof Uint32Array ? 0xffff_ffff : Number.NaN
}

/** The narrowest kind that holds this value. */
function narrowest(length: number, value: number): Values {
  const isWhole = value >>> 0 === value
  if (Number.isNaN(value) || (isWhole && value < 0xff)) return new Uint8Array(length)
  if (isWhole && value < 0xffff_ffff) return new Uint32Array(length)
  return new Float64Array(length)
}

/**
 * A column of numbers of which NaN means a gap. It takes no more than its values need: nothing while
 * all of them are the same, as a guest's total is, or what it swaps; then a byte each; four from the
 * first one that does not fit; and eight from one that is no whole number, negative or greater still.
 */
export class Column {
  #length: number
  /** What all values are while `#values` is null; undefined before the first one. */
  #same: number | undefined
  #values: Values | null = null

  constructor(length: number) {
    this.#length = length
  }

  get bytes(): number {
    return this.#values?.byteLength ?? 0
  }

  /** NaN = gap. What was never set is not to be read. */
  get(at: number): number {
    const values = this.#values
    if (!values) return this.#same ?? Number.NaN
    const value = values[at]!
    return value === gapOf(values) ? Number.NaN : value
  }

  set(at: number, value: number): void {
    if (!this.#values) {
      this.#same ??= value
      if (Object.is(this.#same, value)) return
      const values = narrowest(this.#length, this.#same)
      this.#values = values.fill(Number.isNaN(this.#same) ? gapOf(values) : this.#same)
    }
    const gap = gapOf(this.#values)
    if (Number.isNaN(value)) {
      this.#values[at] = gap
      return
    }
    this.#values[at] = value
    if (this.#values[at] === value && value !== gap) return
    const wider = narrowest(this.#length, value)
    const widerGap = gapOf(wider)
    this.#values.forEach((old, index) => {
      wider[index] = old === gap ? widerGap : old
    })
    wider[at] = value
    this.#values = wider
  }

  /** Gives it another length; the value at `first`, and the ones behind it around the end, come first. */
  unroll(length: number, first: number): void {
    this.#length = length
    const old = this.#values
    if (!old) return
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
