type Values = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** How a gap is kept: the greatest number that a whole column holds, NaN among doubles. */
function gapOf(values: Values): number {
  if (values instanceof Float64Array) return Number.NaN
  return 2 ** (8 * values.BYTES_PER_ELEMENT) - 1
}

const wholeKinds = [Uint8Array, Uint16Array, Uint32Array]

/**
 * A column of numbers of which NaN means a gap. It takes no more than its values need: nothing while
 * all of them are the same, as a guest's total is, or what it swaps; then one, two or four bytes each for
 * whole numbers, by how far they are apart and not by how great they are; and eight for all else.
 */
export class Column {
  #length: number
  readonly #perUnit: number
  /** What all values are while `#values` is null; undefined before the first one. */
  #same: number | undefined
  #values: Values | null = null
  /** What whole numbers are counted from. */
  #base = 0

  /** @param perUnit values are kept as so many parts of one, rounded; 1 = as they are */
  constructor(length: number, perUnit = 1) {
    this.#length = length
    this.#perUnit = perUnit
  }

  get bytes(): number {
    return this.#values?.byteLength ?? 0
  }

  /** NaN = gap. What was never set is not to be read. */
  get(at: number): number {
    return this.#kept(at) / this.#perUnit
  }

  set(at: number, value: number): void {
    const kept = this.#perUnit === 1 ? value : Math.round(value * this.#perUnit)
    if (!this.#values) {
      this.#same ??= kept
      if (Object.is(this.#same, kept)) return
      const same = this.#same
      this.#choose([same, kept])
      this.#values!.fill(this.#toKeep(same))
    }
    if (!this.#fits(kept)) {
      const all = Array.from({ length: this.#length }, (_, index) => this.#kept(index))
      this.#choose([...all, kept])
      for (const [index, old] of all.entries()) this.#values![index] = this.#toKeep(old)
    }
    this.#values![at] = this.#toKeep(kept)
  }

  /** Gives it another length; the value at `first`, and the ones behind it around the end, come first. */
  unroll(length: number, first: number): void {
    this.#length = length
    const old = this.#values
    if (!old) return
    const values = emptyLike(old, length)
    values.set(old.subarray(first))
    values.set(old.subarray(0, first), old.length - first)
    this.#values = values
  }

  #kept(at: number): number {
    const values = this.#values
    if (!values) return this.#same ?? Number.NaN
    const value = values[at]!
    return value === gapOf(values) ? Number.NaN : value + this.#base
  }

  #toKeep(value: number): number {
    return Number.isNaN(value) ? gapOf(this.#values!) : value - this.#base
  }

  #fits(value: number): boolean {
    const values = this.#values!
    if (values instanceof Float64Array || Number.isNaN(value)) return true
    const above = value - this.#base
    return Number.isSafeInteger(value) && above >= 0 && above < gapOf(values)
  }

  /**
   * The narrowest kind for these values, all of it gaps. They fill at most half of a whole one and lie in
   * its middle: however they move on, the next choice is far away.
   */
  #choose(values: readonly number[]): void {
    const known = values.filter((value) => !Number.isNaN(value))
    const least = known.reduce((one, other) => Math.min(one, other), Infinity)
    const span = known.reduce((one, other) => Math.max(one, other), -Infinity) - least
    const whole = known.every((value) => Number.isSafeInteger(value))
    const Kind = wholeKinds.find(
      (kind) => whole && span < 2 ** (8 * kind.BYTES_PER_ELEMENT - 1),
    )
    if (!Kind) {
      this.#base = 0
      this.#values = new Float64Array(this.#length).fill(Number.NaN)
      return
    }
    const chosen = new Kind(this.#length)
    const gap = gapOf(chosen)
    this.#base = known.length === 0 ? 0 : least - Math.floor((gap - 1 - span) / 2)
    this.#values = chosen.fill(gap)
  }
}

function emptyLike(values: Values, length: number): Values {
  if (values instanceof Uint8Array) return new Uint8Array(length).fill(gapOf(values))
  if (values instanceof Uint16Array) return new Uint16Array(length).fill(gapOf(values))
  if (values instanceof Uint32Array) return new Uint32Array(length).fill(gapOf(values))
  return new Float64Array(length).fill(gapOf(values))
}
