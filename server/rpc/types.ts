import type { Codec, CodecValue } from './codec.ts'
import { array, f64, i32, i64, optional, string, struct, u32, u64, uuid } from './codec.ts'
import { RpcError } from './errors.ts'
import { Max } from './limits.ts'
import type { Wide } from './xdr.ts'

/** A domain as the wire names it. The daemon looks it up by UUID alone; id is -1 when inactive. */
export const domain = struct({ name: string, uuid, id: i32 })
export const network = struct({ name: string, uuid })
export const pool = struct({ name: string, uuid })
export const volume = struct({ pool: string, name: string, key: string })
export const hostInterface = struct({ name: string, mac: string })
export const nodeDevice = struct({ name: string })
export const nwfilter = struct({ name: string, uuid })
export const snapshot = struct({ name: string, domain })

export type DomainRef = CodecValue<typeof domain>
export type NetworkRef = CodecValue<typeof network>
export type PoolRef = CodecValue<typeof pool>
export type VolumeRef = CodecValue<typeof volume>
export type HostInterfaceRef = CodecValue<typeof hostInterface>

/** A named value with its type (virTypedParameter). */
export type TypedParam =
  | { field: string; type: 'int' | 'uint' | 'double'; value: number }
  | { field: string; type: 'llong' | 'ullong'; value: Wide }
  | { field: string; type: 'boolean'; value: boolean }
  | { field: string; type: 'string'; value: string }

export const boolean: Codec<boolean> = {
  encode: (writer, value) => void writer.i32(value ? 1 : 0),
  decode: (reader) => reader.i32() !== 0,
}

const VALUE_TYPES = [
  'int',
  'uint',
  'llong',
  'ullong',
  'double',
  'boolean',
  'string',
] as const
const VALUE_CODECS = {
  int: i32,
  uint: u32,
  llong: i64,
  ullong: u64,
  double: f64,
  boolean,
  string,
} as const

/** An unknown type cannot be skipped, for it has no length: it ends the decoding. */
export const typedParam: Codec<TypedParam> = {
  encode(writer, param) {
    writer.string(param.field).i32(VALUE_TYPES.indexOf(param.type) + 1)
    const codec: Codec<unknown> = VALUE_CODECS[param.type]
    codec.encode(writer, param.value)
  },
  decode(reader) {
    const field = reader.string()
    const number = reader.i32()
    const type = VALUE_TYPES[number - 1]
    if (type === undefined) {
      throw new RpcError('decode', `parameter ${field} has the unknown type ${number}`)
    }
    // The table pairs each type with the codec of its value.
    return { field, type, value: VALUE_CODECS[type].decode(reader) } as TypedParam
  },
}

/** A list of typed parameters, of at most `max`. */
export const params = (max: number = Max.typedParams): Codec<TypedParam[]> =>
  array(typedParam, max)

/** Body of an error reply (remote_error in virnetprotocol.x). */
export const remoteError = struct({
  number: i32,
  domain: i32,
  message: optional(string),
  level: i32,
  dom: optional(domain),
  str1: optional(string),
  str2: optional(string),
  str3: optional(string),
  int1: i32,
  int2: i32,
  net: optional(network),
})
