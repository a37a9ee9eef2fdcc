import { describe, expect, test } from 'vitest'

import type { Codec } from './codec.ts'
import {
  array,
  charWords,
  f64,
  i32,
  i64,
  opaque,
  optional,
  string,
  struct,
  u32,
  u64,
  uuid,
} from './codec.ts'
import { RpcError } from './errors.ts'
import { domain, typedParam } from './types.ts'
import { STRING_MAX_BYTES, XdrReader, XdrWriter } from './xdr.ts'

function bytesOf<T>(codec: Codec<T>, value: T): string {
  const writer = new XdrWriter(4)
  codec.encode(writer, value)
  return writer.finish().toString('hex')
}

function valueOf<T>(codec: Codec<T>, hex: string): T {
  const reader = new XdrReader(Buffer.from(hex, 'hex'))
  const value = codec.decode(reader)
  expect(reader.remaining).toBe(0)
  return value
}

interface Case {
  name: string
  codec: Codec<unknown>
  value: unknown
  hex: string
}
const row = <T>(name: string, codec: Codec<T>, value: T, hex: string): Case => ({
  name,
  codec,
  value,
  hex: hex.replaceAll(' ', ''),
})

const uuidBytes = '00112233445566778899aabbccddeeff'
const uuidWord = '00112233-4455-6677-8899-aabbccddeeff'

const table: Case[] = [
  row('int', i32, -1, 'ffffffff'),
  row('unsigned', u32, 0xffff_fffe, 'fffffffe'),
  row('hyper', i64, -2, 'ffffffff fffffffe'),
  row('hyper at the edge of numbers', i64, -Number.MAX_SAFE_INTEGER, 'ffe00000 00000001'),
  row('hyper beyond numbers', i64, -(2n ** 63n), '80000000 00000000'),
  row('unsigned hyper', u64, 4_294_967_296, '00000001 00000000'),
  row('no limit', u64, Number.MAX_SAFE_INTEGER, '001fffff ffffffff'),
  row('2^53', u64, 2n ** 53n, '00200000 00000000'),
  row('unknown', u64, 2n ** 64n - 1n, 'ffffffff ffffffff'),
  row('double', f64, -0.5, 'bfe00000 00000000'),
  row('empty string', string, '', '00000000'),
  row('padded string', string, 'web1!', '00000005 77656231 21000000'),
  row('UTF-8', string, 'ü', '00000002 c3bc0000'),
  row('absent', optional(string), null, '00000000'),
  row('present', optional(i32), 7, '00000001 00000007'),
  row('list', array(i32, 2), [1, 2], '00000002 00000001 00000002'),
  row('opaque', opaque(8), new Uint8Array([1, 2, 3]), '00000003 01020300'),
  row('char[4]: a word each', charWords(4), 'ab', '00000061 00000062 00000000 00000000'),
  row(
    'struct in order',
    struct({ b: i32, a: u64 }),
    { b: 1, a: 2 },
    '00000001 0000000000000002',
  ),
  row('uuid', uuid, uuidWord, uuidBytes),
  row(
    'domain',
    domain,
    { name: 'a', uuid: uuidWord, id: -1 },
    `00000001 61000000 ${uuidBytes} ffffffff`,
  ),
  row(
    'typed int',
    typedParam,
    { field: 'f', type: 'int', value: -1 },
    '00000001 66000000 00000001 ffffffff',
  ),
  row(
    'typed uint',
    typedParam,
    { field: 'f', type: 'uint', value: 1 },
    '00000001 66000000 00000002 00000001',
  ),
  row(
    'typed llong',
    typedParam,
    { field: 'f', type: 'llong', value: -1 },
    '00000001 66000000 00000003 ffffffff ffffffff',
  ),
  row(
    'typed ullong',
    typedParam,
    { field: 'f', type: 'ullong', value: 2n ** 63n },
    '00000001 66000000 00000004 80000000 00000000',
  ),
  row(
    'typed double',
    typedParam,
    { field: 'f', type: 'double', value: 1 },
    '00000001 66000000 00000005 3ff00000 00000000',
  ),
  row(
    'typed boolean',
    typedParam,
    { field: 'f', type: 'boolean', value: true },
    '00000001 66000000 00000006 00000001',
  ),
  row(
    'typed string',
    typedParam,
    { field: 'f', type: 'string', value: 'x' },
    '00000001 66000000 00000007 00000001 78000000',
  ),
]

describe('codecs', () => {
  test.each(table)('$name is written as it should be', ({ codec, value, hex }) => {
    expect(bytesOf(codec, value)).toBe(hex)
  })

  test.each(table)('$name is read back', ({ codec, value, hex }) => {
    expect(valueOf(codec, hex)).toEqual(value)
  })

  test.each(table)('$name cut off anywhere is an error', ({ codec, hex }) => {
    const whole = Buffer.from(hex, 'hex')
    for (let length = 0; length < whole.length; length++) {
      expect(() => codec.decode(new XdrReader(whole.subarray(0, length)))).toThrow(RpcError)
    }
  })

  test.each([
    ['a list above its limit', array(i32, 1), '00000002 00000001 00000002'],
    ['a list longer than the payload', array(i32, 1_000_000), '000f4240 00000001'],
    ['a string above the limit', string, '00400001'],
    ['an opaque above its limit', opaque(2), '00000003 01020300'],
    ['an optional that is neither', optional(i32), '00000002 00000001'],
    [
      'a typed parameter of an unknown type',
      typedParam,
      '00000001 66000000 00000008 00000000',
    ],
  ] as [string, Codec<unknown>, string][])('%s is refused', (_name, codec, hex) => {
    const reader = new XdrReader(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    expect(() => codec.decode(reader)).toThrow(expect.objectContaining({ code: 'decode' }))
  })

  test.each([
    ['a fraction', i32, 1.5],
    ['NaN', u64, Number.NaN],
    ['a negative size', u64, -1],
    ['more than 64 bits', u64, 2n ** 64n],
    ['a number that has lost digits', u64, 2 ** 53],
    ['more than 32 bits', u32, 2 ** 32],
    ['a NUL in a string', string, 'a\0b'],
    ['a string above the limit', string, 'x'.repeat(STRING_MAX_BYTES + 1)],
    ['a list above its limit', array(i32, 1), [1, 2]],
    ['what is no uuid', uuid, 'df03de42'],
  ] as [string, Codec<unknown>, unknown][])('%s is not written', (_name, codec, value) => {
    expect(() => bytesOf(codec, value)).toThrow(expect.objectContaining({ code: 'encode' }))
  })

  test('bytes that are no UTF-8 become replacement characters', () => {
    expect(valueOf(string, '00000002ff410000')).toBe('\ufffdA')
  })
})
