import { deflateRawSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import {
  decodeChunk,
  encodeChunk,
  nextFigures,
  putFigures,
  VarintReader,
  VarintWriter,
} from './bucket-codec.ts'
import { bucketFigures } from './history-store.ts'
import type { Bucket } from './history-store.ts'
import { rollUp } from './roll-up.ts'

const stepMs = 10_000
const chunkMs = 1_800_000 * 900_000

function bucket(slot: number, ...metrics: ([number, number, number] | null)[]): Bucket {
  const figures = new Float64Array(bucketFigures).fill(Number.NaN)
  metrics.forEach((one, at) => one && figures.set(one, at * 3))
  return { startMs: chunkMs + slot * stepMs, spanMs: stepMs, figures }
}

describe('varints', () => {
  test.each([0, 1, 127, 128, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER])(
    '%d comes back',
    (value) => {
      const writer = new VarintWriter()
      writer.put(value)
      expect(new VarintReader(writer.view()).next()).toBe(value)
    },
  )

  test('bytes that end too soon are an error, not an endless loop', () => {
    expect(() => new VarintReader(Uint8Array.of(0x80)).next()).toThrow(RangeError)
  })
})

describe('a chunk', () => {
  test('comes back with its holes, its gaps and its spike', () => {
    const buckets = [
      bucket(0, [90, 100, 110], null, [0, 0, 0]),
      bucket(1, [100, 100, 2 ** 40], [1, 2, 3]),
      bucket(7, null, [5, 5, 5]),
      bucket(179, [3, 40, 50]),
    ]
    const body = encodeChunk(buckets, chunkMs, stepMs)
    expect(decodeChunk(body, chunkMs, stepMs)).toEqual(buckets)
  })

  test('of any numbers comes back (4,000 random buckets)', () => {
    for (let round = 0; round < 20; round++) {
      const buckets = Array.from({ length: 200 }, (_none, slot) => {
        const mean = Math.floor(Math.random() * 2 ** (round * 2))
        return Math.random() < 0.1
          ? bucket(slot, null)
          : bucket(slot, [Math.floor(mean * Math.random()), mean, mean * 2])
      })
      const body = encodeChunk(buckets, chunkMs, stepMs)
      expect(decodeChunk(body, chunkMs, stepMs)).toEqual(buckets)
    }
  })

  test('that is cut or damaged is an error', () => {
    const body = encodeChunk([bucket(0, [1, 2, 3])], chunkMs, stepMs)
    expect(() => decodeChunk(body.subarray(0, 4), chunkMs, stepMs)).toThrow()
    expect(() => decodeChunk(Buffer.from('nonsense'), chunkMs, stepMs)).toThrow()
  })
})

test('figures of the journal come back', () => {
  const { figures } = bucket(0, [1, 5, 9], null, [7, 7, 7])
  const writer = new VarintWriter()
  putFigures(writer, figures)
  expect(nextFigures(new VarintReader(writer.view()))).toEqual(figures)
})

describe('what was written when there were six metrics', () => {
  const six = bucket(3, [1, 5, 9], null, [7, 7, 7]).figures.subarray(0, 18)
  const read = bucket(3, [1, 5, 9], null, [7, 7, 7]).figures

  test('is read from the journal, each entry to its own end', () => {
    const writer = new VarintWriter()
    for (let entry = 0; entry < 2; entry++) {
      for (let at = 0; at < six.length; at += 3) {
        const mean = six[at + 1]!
        if (Number.isNaN(mean)) writer.put(0)
        else
          for (const value of [mean + 1, six[at + 2]! - mean, mean - six[at]!])
            writer.put(value)
      }
    }
    const reader = new VarintReader(writer.view())
    const half = writer.length / 2
    expect(nextFigures(reader, half)).toEqual(read)
    expect(nextFigures(reader, 2 * half)).toEqual(read)
  })

  test('is read from a chunk', () => {
    // Mean 5 (zigzag 10, +1), up, down; none; 7, 0, 0; none three times.
    const body = Buffer.from([1, 3, 11, 4, 4, 0, 15, 0, 0, 0, 0, 0])
    const [one] = decodeChunk(deflateRawSync(body), chunkMs, stepMs)
    expect(one?.figures).toEqual(read)
  })
})

describe('rolling up', () => {
  test('keeps the spike and the dip, and weighs means by span', () => {
    const wide: Bucket = { ...bucket(1, [10, 20, 30]), spanMs: 30_000 }
    const [rolled] = rollUp([bucket(0, [1, 60, 999]), wide], 60_000)
    expect([...rolled!.figures.subarray(0, 3)]).toEqual([1, 30, 999])
  })

  test('leaves what nobody measured a gap, and makes no bucket where there is none', () => {
    const rolled = rollUp([bucket(0, [1, 2, 3]), bucket(60, [4, 5, 6])], 60_000)
    expect(rolled.map(({ startMs }) => (startMs - chunkMs) / 60_000)).toEqual([0, 10])
    expect(rolled[0]!.figures[4]).toBeNaN()
  })
})
