import { deflateRawSync, inflateRawSync } from 'node:zlib'

import { bucketFigures, seriesMetrics } from './history-store.ts'
import type { Bucket } from './history-store.ts'

/** Grows as it is written; numbers as LEB128 varints of up to 53 bits. */
export class VarintWriter {
  #bytes = new Uint8Array(256)
  length = 0

  put(value: number): void {
    if (this.length + 9 > this.#bytes.length) this.#grow(9)
    while (value >= 0x80) {
      this.#bytes[this.length++] = (value % 0x80) | 0x80
      value = Math.floor(value / 0x80)
    }
    this.#bytes[this.length++] = value
  }

  putBytes(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** What was written, valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more))
    grown.set(this.view())
    this.#bytes = grown
  }
}

export class VarintReader {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.at = at
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length
  }

  /** @throws RangeError at the end of the bytes */
  next(): number {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes[this.at++]
      if (byte === undefined) throw new RangeError('history: bytes end too soon')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
}

/** One bucket by itself, as the journal has it: per metric 0 for none, or mean + 1, up, down. */
export function putFigures(writer: VarintWriter, figures: Float64Array): void {
  for (let at = 0; at < bucketFigures; at += 3) {
    const mean = figures[at + 1]!
    if (Number.isNaN(mean)) {
      writer.put(0)
      continue
    }
    const whole = Math.max(0, Math.round(mean))
    writer.put(whole + 1)
    writer.put(Math.max(0, Math.round(figures[at + 2]!) - whole))
    writer.put(Math.max(0, whole - Math.round(figures[at]!)))
  }
}

/** @param end where the entry ends: one of before has fewer metrics */
export function nextFigures(reader: VarintReader, end = Infinity): Float64Array {
  const figures = new Float64Array(bucketFigures).fill(Number.NaN)
  for (let at = 0; at < bucketFigures && reader.at < end; at += 3) {
    const told = reader.next()
    if (told === 0) continue
    figures[at + 1] = told - 1
    figures[at + 2] = told - 1 + reader.next()
    figures[at] = told - 1 - reader.next()
  }
  return figures
}

/**
 * The buckets of a chunk, ascending:
 *
 *   count · slots (as distances) · metric 0: mean (change, zigzag, +1; 0 = none), up, down … · metric 1 …
 *
 * by metric, because neighbours are alike then, and deflated.
 */
export function encodeChunk(
  buckets: readonly Bucket[],
  chunkMs: number,
  stepMs: number,
): Buffer {
  const writer = new VarintWriter()
  writer.put(buckets.length)
  let slot = 0
  for (const { startMs } of buckets) {
    const at = Math.round((startMs - chunkMs) / stepMs)
    writer.put(at - slot)
    slot = at
  }
  for (let metric = 0; metric < seriesMetrics; metric++) {
    let before = 0
    for (const { figures } of buckets) {
      const mean = figures[metric * 3 + 1]!
      if (Number.isNaN(mean)) {
        writer.put(0)
        continue
      }
      const whole = Math.max(0, Math.round(mean))
      const change = whole - before
      writer.put((change < 0 ? -change * 2 - 1 : change * 2) + 1)
      writer.put(Math.max(0, Math.round(figures[metric * 3 + 2]!) - whole))
      writer.put(Math.max(0, whole - Math.round(figures[metric * 3]!)))
      before = whole
    }
  }
  return deflateRawSync(writer.view(), { level: 6 })
}

/** @throws Error when the bytes are no chunk */
export function decodeChunk(body: Uint8Array, chunkMs: number, stepMs: number): Bucket[] {
  const reader = new VarintReader(inflateRawSync(body))
  const buckets: Bucket[] = []
  let slot = 0
  for (let left = reader.next(); left > 0; left--) {
    slot += reader.next()
    buckets.push({
      startMs: chunkMs + slot * stepMs,
      spanMs: stepMs,
      figures: new Float64Array(bucketFigures).fill(Number.NaN),
    })
  }
  for (let metric = 0; metric < seriesMetrics && !reader.ended; metric++) {
    let before = 0
    for (const { figures } of buckets) {
      const told = reader.next()
      if (told === 0) continue
      const zigzag = told - 1
      before += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2
      figures[metric * 3 + 1] = before
      figures[metric * 3 + 2] = before + reader.next()
      figures[metric * 3] = before - reader.next()
    }
  }
  return buckets
}
