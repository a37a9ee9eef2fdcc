import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import type { CodecValue } from '../rpc/codec.ts'
import { RpcError } from '../rpc/errors.ts'
import { connectGetAllDomainStats } from '../rpc/procedures/stats.ts'
import { XdrReader, XdrWriter } from '../rpc/xdr.ts'
import { StatsDecoder } from './stats-columns.ts'

type Answer = CodecValue<typeof connectGetAllDomainStats.ret>
type Params = Answer['retStats'][number]['params']

function answer(domains: Record<string, Params>): Buffer {
  const writer = new XdrWriter()
  connectGetAllDomainStats.ret.encode(writer, {
    retStats: Object.entries(domains).map(([name, params], i) => ({
      dom: { name, uuid: `00000000-0000-0000-0000-${String(i).padStart(12, '0')}`, id: i },
      params,
    })),
  })
  return writer.finish()
}

const ull = (field: string, value: number | bigint) =>
  ({ field, type: 'ullong', value }) as const

const golden: { procedure: string; reply: string }[] = JSON.parse(
  readFileSync(new URL('../rpc/golden.json', import.meta.url), 'utf8'),
)
const real = Buffer.from(
  golden.find(({ procedure }) => procedure === 'connect_get_all_domain_stats')!.reply,
  'hex',
)

describe('statistics in columns', () => {
  test('equal what the plain decoder gives, for a real answer, sweep after sweep', () => {
    const { retStats } = connectGetAllDomainStats.ret.decode(new XdrReader(real))
    const plain = retStats[0]!
    const fields = plain.params.map(({ field }) => field)
    const decoder = new StatsDecoder(fields)
    for (let sweep = 0; sweep < 3; sweep++) {
      const frame = decoder.decode(real)
      expect(frame.count).toBe(1)
      expect(frame.domains[0]).toEqual(plain.dom)
      for (const { field, type, value } of plain.params) {
        const expected = type === 'string' ? Number.NaN : Number(value)
        expect([field, frame.column(field)[0]]).toEqual([field, expected])
      }
    }
  })

  test('every type is read; what is absent is NaN', () => {
    const decoder = new StatsDecoder(['i', 'u', 'l', 'ul', 'd', 'b', 's', 'none'])
    const frame = decoder.decode(
      answer({
        a: [
          { field: 'i', type: 'int', value: -5 },
          { field: 'u', type: 'uint', value: 4_000_000_000 },
          { field: 'l', type: 'llong', value: -1 },
          { field: 'ul', type: 'ullong', value: 2n ** 64n - 1n },
          { field: 'd', type: 'double', value: 0.25 },
          { field: 'b', type: 'boolean', value: true },
          { field: 's', type: 'string', value: 'text' },
        ],
      }),
    )
    const values = decoder.fields.map((field) => frame.column(field)[0])
    expect(values).toEqual([-5, 4e9, -1, 2 ** 64, 0.25, 1, Number.NaN, Number.NaN])
  })

  test('domains that come, go and change their fields do not mix', () => {
    const decoder = new StatsDecoder(['balloon.current', 'net.*.rx.bytes'])
    const sweeps: [Record<string, Params>, number[], number[]][] = [
      [
        { a: [ull('balloon.current', 1)], b: [ull('balloon.current', 2)] },
        [1, 2],
        [NaN, NaN],
      ],
      [{ b: [ull('balloon.current', 3)] }, [3], [NaN]],
      [
        {
          b: [
            ull('x', 9),
            ull('balloon.current', 4),
            ull('net.0.rx.bytes', 10),
            ull('net.1.rx.bytes', 5),
          ],
          c: [
            ull('net.0.rx.bytes', 7),
            ull('net.0.rx.pkts', 99),
            ull('balloon.current', 5),
          ],
        },
        [4, 5],
        [15, 7],
      ],
      [{}, [], []],
      [{ a: [ull('balloon.current', 6)] }, [6], [NaN]],
    ]
    for (const [domains, balloon, received] of sweeps) {
      const frame = decoder.decode(answer(domains))
      expect(frame.domains.map(({ name }) => name)).toEqual(Object.keys(domains))
      expect([...frame.column('balloon.current')]).toEqual(balloon)
      expect([...frame.column('net.*.rx.bytes')]).toEqual(received)
    }
  })

  test('names that share a beginning are told apart', () => {
    const decoder = new StatsDecoder([
      'balloon.current',
      'balloon.currant',
      'block.*.rd.bytes',
    ])
    const frame = decoder.decode(
      answer({
        a: [
          ull('balloon.current', 1),
          ull('balloon.currant', 2),
          ull('block.0.rd.bytes', 4),
          ull('block.0.x.rd.bytes', 100),
          ull('block.rd.bytes', 100),
        ],
      }),
    )
    expect(decoder.fields.map((field) => frame.column(field)[0])).toEqual([1, 2, 4])
  })

  test('a field that was not asked for is an error of the caller', () => {
    const frame = new StatsDecoder(['a']).decode(answer({}))
    expect(() => frame.column('b')).toThrow(RangeError)
  })

  test('an answer cut off anywhere, or damaged, is refused and nothing else', () => {
    const decoder = new StatsDecoder(['balloon.current', 'vcpu.*.time'])
    for (let length = 0; length < real.length; length++) {
      expect(() => decoder.decode(real.subarray(0, length))).toThrow(RpcError)
    }
    let seed = 99
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((seed / 4_294_967_296) * below)
    }
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(real)
      for (let i = next(4); i >= 0; i--) bytes[next(bytes.length)] = next(256)
      try {
        decoder.decode(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(RpcError)
      }
    }
    expect(decoder.decode(real).count).toBe(1)
  })
})
