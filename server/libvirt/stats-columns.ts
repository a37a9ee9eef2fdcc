import { uuidText } from '../rpc/codec.ts'
import { RpcError } from '../rpc/errors.ts'
import { Max } from '../rpc/limits.ts'
import type { DomainRef } from '../rpc/types.ts'

/**
 * Decodes the answer of CONNECT_GET_ALL_DOMAIN_STATS straight into columns: one Float64Array
 * for each wanted field, one row for each domain, NaN where a field is absent.
 *
 * Field names come in the same order sweep after sweep, so each known name remembers which
 * one followed it last time; usually one comparison of words decides:
 *
 *   state.state ─next─► state.reason ─next─► cpu.time ─next─► vcpu.0.state …
 *
 * A wrong guess (a device came or went) falls back to a look-up by name: names are the truth,
 * positions never.
 */
export class StatsDecoder {
  readonly fields: readonly string[]
  readonly #columns: Float64Array[]
  /** Column by exact name. */
  readonly #exact = new Map<string, number>()
  /** Column by prefix and suffix of a name with `*`. */
  readonly #patterns: { prefix: string; suffix: string; column: number }[] = []
  readonly #names = new Map<string, KnownName>()
  readonly #first: KnownName = {
    words: new Int32Array(0),
    length: -1,
    column: -1,
    sum: false,
    next: null,
  }
  readonly #rows: DomainRow[] = []
  #capacity = 0

  /**
   * @param fields libvirt's names. A `*` stands for one index and sums over it:
   *   `net.*.rx.bytes` is the traffic of all interfaces.
   */
  constructor(fields: readonly string[]) {
    this.fields = [...fields]
    this.#columns = fields.map(() => new Float64Array(0))
    for (const [column, field] of fields.entries()) {
      const star = field.indexOf('*')
      if (star === -1) this.#exact.set(field, column)
      else {
        const prefix = field.slice(0, star)
        this.#patterns.push({ prefix, suffix: field.slice(star + 1), column })
      }
    }
  }

  /**
   * Decodes one answer. The frame shares this decoder's columns: it is valid until the next
   * decode. Throws RpcError `decode` on a payload that is none.
   */
  decode(payload: Buffer): StatsFrame {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    const end = payload.length
    if (end < 4) throw cutOff(end)
    const count = view.getUint32(0)
    // A record takes 28 bytes at least, so a lying count cannot make us allocate.
    if (count > Max.statsRecords || count * MIN_RECORD_BYTES > end) throw cutOff(end)
    this.#makeRoom(count)
    let at = 4
    for (let row = 0; row < count; row++) {
      at = this.#readDomain(payload, view, at, row)
      if (end - at < 4) throw cutOff(end)
      const params = view.getUint32(at)
      at += 4
      if (params > Max.statsParams || params * MIN_PARAM_BYTES > end - at) throw cutOff(end)
      at = this.#readParams(payload, view, at, params, row)
    }
    return new StatsFrame(this.fields, this.#columns, this.#rows, count)
  }

  #makeRoom(count: number): void {
    if (count > this.#capacity) {
      this.#capacity = Math.max(16, count + (count >> 2))
      for (let i = 0; i < this.#columns.length; i++) {
        this.#columns[i] = new Float64Array(this.#capacity)
      }
    }
    for (const column of this.#columns) column.fill(Number.NaN, 0, count)
  }

  /** Name, uuid and id; the texts of the last sweep are kept where the bytes are the same. */
  #readDomain(payload: Buffer, view: DataView, at: number, row: number): number {
    const end = payload.length
    if (end - at < 4) throw cutOff(end)
    const length = view.getUint32(at)
    const nameAt = at + 4
    const uuidAt = nameAt + length + (-length & 3)
    if (length > end || uuidAt + 20 > end) throw cutOff(end)
    const known = this.#rows[row]
    const id = view.getInt32(uuidAt + 16)
    if (known && known.bytes.length === uuidAt + 16 - nameAt) {
      if (known.bytes.compare(payload, nameAt, uuidAt + 16) === 0) {
        if (known.domain.id !== id) known.domain = { ...known.domain, id }
        return uuidAt + 20
      }
    }
    this.#rows[row] = {
      bytes: Buffer.from(payload.subarray(nameAt, uuidAt + 16)),
      domain: {
        name: payload.toString('utf8', nameAt, nameAt + length),
        uuid: uuidText(payload, uuidAt),
        id,
      },
    }
    return uuidAt + 20
  }

  #readParams(
    payload: Buffer,
    view: DataView,
    start: number,
    params: number,
    row: number,
  ): number {
    const end = payload.length
    const columns = this.#columns
    let at = start
    let last = this.#first
    for (let i = 0; i < params; i++) {
      if (end - at < MIN_PARAM_BYTES) throw cutOff(end)
      const length = view.getInt32(at)
      const nameAt = at + 4
      const typeAt = nameAt + ((length + 3) & -4)
      if (length < 0 || length > end || typeAt + 8 > end) throw cutOff(end)

      let name = last.next
      if (name === null || name.length !== length || !sameWords(name.words, view, nameAt)) {
        name = this.#lookUp(payload, view, nameAt, length)
        last.next = name
      }
      last = name

      const type = view.getInt32(typeAt)
      const valueAt = typeAt + 4
      if (type > 7 || type < 1) {
        throw new RpcError('decode', `a statistic has the unknown type ${type}`)
      }
      if (type === STRING) {
        const text = view.getUint32(valueAt)
        at = valueAt + 4 + text + (-text & 3)
        if (text > end || at > end) throw cutOff(end)
        continue
      }
      const wide = WIDE[type] === 1
      at = valueAt + (wide ? 8 : 4)
      if (at > end) throw cutOff(end)
      if (name.column < 0) continue
      const value = readValue(view, valueAt, type)
      const column = columns[name.column]!
      if (name.sum) {
        const before = column[row]!
        column[row] = before === before ? before + value : value
      } else column[row] = value
    }
    return at
  }

  #lookUp(payload: Buffer, view: DataView, at: number, length: number): KnownName {
    const text = payload.toString('latin1', at, at + length)
    const known = this.#names.get(text)
    if (known) return known
    const pattern = this.#patterns.find(({ prefix, suffix }) =>
      matches(text, prefix, suffix),
    )
    const words = new Int32Array((length + 3) >> 2)
    for (let i = 0; i < words.length; i++) words[i] = view.getInt32(at + i * 4)
    const name: KnownName = {
      words,
      length,
      column: this.#exact.get(text) ?? pattern?.column ?? -1,
      sum: !this.#exact.has(text) && pattern !== undefined,
      next: null,
    }
    // A host that made up ever new names would else fill our memory.
    if (this.#names.size < MAX_NAMES && length <= MAX_NAME_BYTES)
      this.#names.set(text, name)
    return name
  }
}

/** One sweep: `column(field)[i]` belongs to `domains[i]`. */
export class StatsFrame {
  readonly count: number
  readonly domains: readonly DomainRef[]
  readonly #fields: readonly string[]
  readonly #columns: readonly Float64Array[]

  constructor(
    fields: readonly string[],
    columns: readonly Float64Array[],
    rows: readonly DomainRow[],
    count: number,
  ) {
    this.#fields = fields
    this.#columns = columns
    this.count = count
    this.domains = rows.slice(0, count).map((row) => row.domain)
  }

  /** Values of a wanted field, one for each domain; NaN = absent. Throws on an unknown field. */
  column(field: string): Float64Array {
    const column = this.#columns[this.#fields.indexOf(field)]
    if (!column) throw new RangeError(`${field} is not one of the decoder's fields`)
    return column.subarray(0, this.count)
  }
}

interface KnownName {
  /** The name's bytes, big-endian words with the zero padding of the wire. */
  readonly words: Int32Array
  readonly length: number
  /** -1 = not wanted. */
  readonly column: number
  readonly sum: boolean
  /** What followed it last time. */
  next: KnownName | null
}

interface DomainRow {
  /** Name, padding and uuid as they came. */
  readonly bytes: Buffer
  domain: DomainRef
}

const STRING = 7
/** By type number: 1 = eight bytes (LLONG, ULLONG, DOUBLE). */
const WIDE = [0, 0, 0, 1, 1, 1, 0, 0]
/** Name's length word, uuid, id, count of parameters. */
const MIN_RECORD_BYTES = 28
/** Name's length word, type, value. */
const MIN_PARAM_BYTES = 12
const MAX_NAMES = 65_536
const MAX_NAME_BYTES = 256
const TWO_32 = 4_294_967_296

function sameWords(words: Int32Array, view: DataView, at: number): boolean {
  for (let i = 0; i < words.length; i++) {
    if (words[i] !== view.getInt32(at + i * 4)) return false
  }
  return true
}

/** Any 64-bit value as a double: above 2^53 at most one unit in the last place off. */
function readValue(view: DataView, at: number, type: number): number {
  switch (type) {
    case 1:
    case 6:
      return view.getInt32(at)
    case 2:
      return view.getUint32(at)
    case 3:
      return view.getInt32(at) * TWO_32 + view.getUint32(at + 4)
    case 4:
      return view.getUint32(at) * TWO_32 + view.getUint32(at + 4)
    default:
      return view.getFloat64(at)
  }
}

/** Whether `prefix*suffix` matches, with one index (no dot) in place of the star. */
function matches(name: string, prefix: string, suffix: string): boolean {
  if (name.length <= prefix.length + suffix.length) return false
  if (!name.startsWith(prefix) || !name.endsWith(suffix)) return false
  return !name.slice(prefix.length, name.length - suffix.length).includes('.')
}

function cutOff(end: number): RpcError {
  return new RpcError('decode', `the statistics end in the middle, at byte ${end}`)
}
