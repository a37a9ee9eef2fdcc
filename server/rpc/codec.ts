import { RpcError } from './errors.ts'
import type { Wide, XdrReader, XdrWriter } from './xdr.ts'
import { STRING_MAX_BYTES } from './xdr.ts'

/** How one type goes on the wire and comes off it. */
export interface Codec<T> {
  encode(writer: XdrWriter, value: T): void
  decode(reader: XdrReader): T
}

/** The value type of a codec. */
export type CodecValue<C> = C extends Codec<infer T> ? T : never

export const i32: Codec<number> = {
  encode: (writer, value) => void writer.i32(value),
  decode: (reader) => reader.i32(),
}

export const u32: Codec<number> = {
  encode: (writer, value) => void writer.u32(value),
  decode: (reader) => reader.u32(),
}

export const i64: Codec<Wide> = {
  encode: (writer, value) => void writer.i64(value),
  decode: (reader) => reader.i64(),
}

export const u64: Codec<Wide> = {
  encode: (writer, value) => void writer.u64(value),
  decode: (reader) => reader.u64(),
}

export const f64: Codec<number> = {
  encode: (writer, value) => void writer.f64(value),
  decode: (reader) => reader.f64(),
}

export const string: Codec<string> = {
  encode: (writer, value) => void writer.string(value),
  decode: (reader) => reader.string(),
}

/** No arguments, or no answer. Trailing bytes of a newer daemon are not an error. */
export const none: Codec<undefined> = {
  encode: () => undefined,
  decode: () => undefined,
}

/** `opaque<max>`: the decoded buffer is a copy, so that it may outlive the frame. */
export function opaque(max: number): Codec<Uint8Array> {
  return {
    encode: (writer, value) => void writer.opaque(value, max),
    decode: (reader) => new Uint8Array(reader.opaque(max)),
  }
}

/** XDR optional: null stands for absent. */
export function optional<T>(item: Codec<T>): Codec<T | null> {
  return {
    encode(writer, value) {
      writer.u32(value === null ? 0 : 1)
      if (value !== null) item.encode(writer, value)
    },
    decode(reader) {
      const present = reader.u32()
      if (present > 1) throw new RpcError('decode', `optional marked with ${present}`)
      return present === 1 ? item.decode(reader) : null
    },
  }
}

/** Variable array of at most `max` items. */
export function array<T>(item: Codec<T>, max: number): Codec<T[]> {
  return {
    encode(writer, values) {
      if (values.length > max) {
        throw new RpcError(
          'encode',
          `list of ${values.length} is above the limit of ${max}`,
        )
      }
      writer.u32(values.length)
      for (const value of values) item.encode(writer, value)
    },
    decode(reader) {
      const count = reader.length(max, 'list')
      const values: T[] = []
      for (let i = 0; i < count; i++) {
        // An item takes four bytes at least (an empty struct does not exist in the
        // protocol), so a lying count ends here and not in an endless loop.
        if (reader.remaining < 4) throw new RpcError('decode', 'list is cut off')
        values.push(item.decode(reader))
      }
      return values
    },
  }
}

type Fields = Record<string, Codec<unknown>>
type Struct<F extends Fields> = { [K in keyof F]: CodecValue<F[K]> }

/** Fields in the order in which they are written. */
export function struct<F extends Fields>(fields: F): Codec<Struct<F>> {
  const entries = Object.entries(fields)
  return {
    encode(writer, value) {
      for (const [name, codec] of entries) codec.encode(writer, value[name])
    },
    decode(reader) {
      const value: Record<string, unknown> = {}
      for (const [name, codec] of entries) value[name] = codec.decode(reader)
      // Each field was made by the codec of that name.
      return value as Struct<F>
    },
  }
}

/** Text in `count` words of one character each (`char x[32]`), ended by a zero. */
export function charWords(count: number): Codec<string> {
  return {
    encode(writer, value) {
      const bytes = Buffer.from(value)
      for (let i = 0; i < count; i++) writer.i32(bytes[i] ?? 0)
    },
    decode(reader) {
      const bytes = Buffer.alloc(count)
      for (let i = 0; i < count; i++) bytes[i] = reader.i32()
      const end = bytes.indexOf(0)
      return bytes.toString('utf8', 0, end === -1 ? count : end)
    },
  }
}

/** `char x<max>`: text with a count, again one word for each character. */
export function charWordList(max: number): Codec<string> {
  return {
    encode(writer, value) {
      const bytes = Buffer.from(value)
      writer.u32(bytes.length)
      for (const byte of bytes) writer.i32(byte)
    },
    decode(reader) {
      const count = reader.length(max, 'text')
      if (reader.remaining < count * 4) throw new RpcError('decode', 'text is cut off')
      return charWords(count).decode(reader)
    },
  }
}

const UUID_BYTES = 16
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** `8-4-4-4-12` lower-case text of sixteen bytes at `at`. */
export function uuidText(bytes: Buffer, at = 0): string {
  const hex = bytes.toString('hex', at, at + UUID_BYTES)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** uuid as text; sixteen bytes on the wire. */
export const uuid: Codec<string> = {
  encode(writer, value) {
    if (!UUID.test(value)) {
      throw new RpcError('encode', `"${value.slice(0, 60)}" is not a UUID`)
    }
    writer.fixed(Buffer.from(value.replaceAll('-', ''), 'hex'))
  },
  decode: (reader) => uuidText(reader.fixed(UUID_BYTES)),
}

export { STRING_MAX_BYTES }
