import { describe, expect, test } from 'vitest'

import { RpcError } from './errors.ts'
import { frameBytes } from './fake-daemon.ts'
import type { Frame } from './framing.ts'
import { FrameReader, MAX_FRAME_BYTES, MessageType } from './framing.ts'

function read(chunks: Buffer[]): Frame[] {
  const frames: Frame[] = []
  const reader = new FrameReader((frame) =>
    frames.push({ ...frame, payload: Buffer.from(frame.payload) }),
  )
  for (const chunk of chunks) reader.push(chunk)
  return frames
}

/** A repeatable random number generator (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

function splitAt(bytes: Buffer, next: () => number): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = 1 + Math.floor(next() * 90)
    chunks.push(Buffer.from(bytes.subarray(at, at + length)))
    at += length
  }
  return chunks
}

// Odd lengths: stream packets are not padded, so the next frame begins anywhere.
const payloads = [0, 1, 3, 4, 27, 28, 100, 7, 300, 0].map((length, i) =>
  Buffer.alloc(length, i + 1),
)
const stream = Buffer.concat(
  payloads.map((payload, serial) =>
    frameBytes({ serial, procedure: 40 + serial, type: MessageType.stream }, payload),
  ),
)
const expected = payloads.map((payload, serial) =>
  expect.objectContaining({ serial, procedure: 40 + serial, payload }),
)

describe('frames', () => {
  test('are found in one piece', () => {
    expect(read([stream])).toEqual(expected)
  })

  test('are found byte by byte', () => {
    const bytes = [...stream].map((byte) => Buffer.from([byte]))
    expect(read(bytes)).toEqual(expected)
  })

  test('are found however the bytes are split', () => {
    const next = random(7)
    for (let round = 0; round < 300; round++) {
      expect(read(splitAt(stream, next))).toEqual(expected)
    }
  })

  test('within one chunk are views on it, not copies', () => {
    const chunk = frameBytes({}, Buffer.alloc(64))
    let payload: Buffer | undefined
    new FrameReader((frame) => (payload = frame.payload)).push(chunk)
    expect(payload?.buffer).toBe(chunk.buffer)
  })

  test('larger than the first allocation arrive whole', () => {
    const payload = Buffer.alloc(9_000_000)
    for (let i = 0; i < payload.length; i += 1_000) payload.writeUInt32BE(i, i)
    const bytes = frameBytes({}, payload)
    const chunks: Buffer[] = []
    for (let at = 0; at < bytes.length; at += 65_536)
      chunks.push(bytes.subarray(at, at + 65_536))
    expect(read(chunks)[0]?.payload.equals(payload)).toBe(true)
  })

  test.each([
    ['a length below the header', 0, 27],
    ['a length above the limit', 0, MAX_FRAME_BYTES + 1],
    ['a length of nothing but ones', 0, 0xffff_ffff],
    ['another version', 8, 2],
    ['an unknown type', 16, 7],
    ['an unknown status', 24, 3],
  ])('with %s end the stream', (_name, at, word) => {
    const frame = frameBytes({})
    frame.writeUInt32BE(word, at)
    expect(() => read([frame])).toThrow(expect.objectContaining({ code: 'framing' }))
    expect(() => read([...frame].map((byte) => Buffer.from([byte])))).toThrow(RpcError)
  })

  test('that are announced but not sent take little memory', () => {
    const before = process.memoryUsage().arrayBuffers
    const readers = Array.from({ length: 20 }, () => {
      const reader = new FrameReader(() => undefined)
      const head = Buffer.alloc(8)
      head.writeUInt32BE(MAX_FRAME_BYTES)
      reader.push(head)
      return reader
    })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(
      readers.length * 5_000_000,
    )
  })
})
