import { RpcError } from './errors.ts'

/**
 * XDR (RFC 4506) as libvirt uses it: big-endian, every item padded to four bytes.
 * A 64-bit integer is a number while it is exact, else a bigint: `cpu.time` in ns
 * passes 2^53 after 104 CPU-days, "unknown" is 2^64 - 1.
 */
export type Wide = number | bigint

/** libvirt's REMOTE_STRING_MAX: no string may be longer, in either direction. */
export const STRING_MAX_BYTES = 4_194_304

const TWO_32 = 4_294_967_296
/** High words below this keep a 64-bit value at or below 2^53 - 1. */
const SAFE_HIGH_WORD = 0x20_0000

function padding(length: number): number {
  return -length & 3
}

/**
 * Reads items off one payload. Every method throws RpcError `decode` when the payload
 * is too short or a value is out of its range; nothing is allocated before the length
 * is known to be there.
 */
export class XdrReader {
  offset: number
  readonly end: number
  readonly bytes: Buffer
  readonly #view: DataView

  constructor(bytes: Buffer, offset = 0) {
    this.bytes = bytes
    this.offset = offset
    this.end = bytes.length
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.end - this.offset
  }

  #take(length: number): number {
    const at = this.offset
    if (length > this.end - at) {
      throw new RpcError(
        'decode',
        `payload ends at byte ${this.end}, ${length} more bytes were expected at ${at}`,
      )
    }
    this.offset = at + length
    return at
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8))
  }

  /** Signed 64 bit. */
  i64(): Wide {
    const at = this.#take(8)
    const high = this.#view.getInt32(at)
    if (high < SAFE_HIGH_WORD && high >= -SAFE_HIGH_WORD) {
      const value = high * TWO_32 + this.#view.getUint32(at + 4)
      if (Number.isSafeInteger(value)) return value
    }
    return this.#view.getBigInt64(at)
  }

  /** Unsigned 64 bit. */
  u64(): Wide {
    const at = this.#take(8)
    const high = this.#view.getUint32(at)
    if (high < SAFE_HIGH_WORD) return high * TWO_32 + this.#view.getUint32(at + 4)
    return this.#view.getBigUint64(at)
  }

  /** Length word of a string, array or opaque. */
  length(max: number, what: string): number {
    const length = this.u32()
    if (length > max) {
      throw new RpcError('decode', `${what} of ${length} is above the limit of ${max}`)
    }
    return length
  }

  /** Fixed opaque: a view on the payload, not a copy. */
  fixed(length: number): Buffer {
    const at = this.#take(length + padding(length))
    return this.bytes.subarray(at, at + length)
  }

  /** Variable opaque: a view on the payload, not a copy. */
  opaque(max: number): Buffer {
    return this.fixed(this.length(max, 'opaque'))
  }

  /** UTF-8; a byte sequence that is none becomes U+FFFD, as in a browser. */
  string(max = STRING_MAX_BYTES): string {
    const length = this.length(max, 'string')
    const at = this.#take(length + padding(length))
    return this.bytes.toString('utf8', at, at + length)
  }
}

/** Writes items into one growing buffer; `finish` gives the bytes written so far. */
export class XdrWriter {
  #bytes: Buffer
  #view: DataView
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** Makes room; may replace buffer and view, so call it before touching either. */
  #reserve(length: number): number {
    const at = this.#length
    const needed = at + length
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, at)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    this.#length = needed
    return at
  }

  i32(value: number): this {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff) {
      throw new RpcError('encode', `${value} is not a 32-bit integer`)
    }
    const at = this.#reserve(4)
    this.#view.setInt32(at, value)
    return this
  }

  u32(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new RpcError('encode', `${value} is not an unsigned 32-bit integer`)
    }
    const at = this.#reserve(4)
    this.#view.setUint32(at, value)
    return this
  }

  f64(value: number): this {
    const at = this.#reserve(8)
    this.#view.setFloat64(at, value)
    return this
  }

  i64(value: Wide): this {
    const wide = toBigInt(value)
    if (BigInt.asIntN(64, wide) !== wide) {
      throw new RpcError('encode', `${value} is not a 64-bit integer`)
    }
    const at = this.#reserve(8)
    this.#view.setBigInt64(at, wide)
    return this
  }

  u64(value: Wide): this {
    const wide = toBigInt(value)
    if (BigInt.asUintN(64, wide) !== wide) {
      throw new RpcError('encode', `${value} is not an unsigned 64-bit integer`)
    }
    const at = this.#reserve(8)
    this.#view.setBigUint64(at, wide)
    return this
  }

  fixed(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length + padding(bytes.length))
    this.#bytes.set(bytes, at)
    this.#bytes.fill(0, at + bytes.length, this.#length)
    return this
  }

  opaque(bytes: Uint8Array, max: number): this {
    if (bytes.length > max) {
      throw new RpcError('encode', `opaque of ${bytes.length} is above the limit of ${max}`)
    }
    return this.u32(bytes.length).fixed(bytes)
  }

  string(value: string, max = STRING_MAX_BYTES): this {
    const length = Buffer.byteLength(value)
    if (length > max) {
      throw new RpcError('encode', `string of ${length} bytes is above the limit of ${max}`)
    }
    if (value.includes('\0')) throw new RpcError('encode', 'string holds a NUL character')
    this.u32(length)
    const at = this.#reserve(length + padding(length))
    this.#bytes.write(value, at, length, 'utf8')
    this.#bytes.fill(0, at + length, this.#length)
    return this
  }

  /** Overwrites a word written earlier: the frame's length, known only at the end. */
  patchU32(at: number, value: number): this {
    this.#view.setUint32(at, value)
    return this
  }

  /** The bytes written; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}

function toBigInt(value: Wide): bigint {
  if (typeof value === 'bigint') return value
  // Above 2^53 a number has already lost digits: refuse rather than send another value.
  if (!Number.isSafeInteger(value)) {
    throw new RpcError('encode', `${value} is not an exact integer`)
  }
  return BigInt(value)
}
