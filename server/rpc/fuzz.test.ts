import { readdirSync, readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import type { Codec } from './codec.ts'
import { RpcError } from './errors.ts'
import { FrameReader } from './framing.ts'
import { remoteError } from './types.ts'
import { XdrReader } from './xdr.ts'

/*
 * Whatever a peer sends: the decoders end soon, throw nothing but their own error and take no
 * memory for what was only announced. The seed is fixed, so a failure can be repeated.
 */

const folder = new URL('procedures/', import.meta.url)
const modules = await Promise.all(
  readdirSync(folder).map(
    (
      file,
    ): Promise<
      Record<string, { name: string; ret?: Codec<unknown>; payload?: Codec<unknown> }>
    > => import(new URL(file, folder).href),
  ),
)
const codecs = [
  { name: 'error', codec: remoteError as Codec<unknown> },
  ...modules
    .flatMap((each) => Object.values(each))
    .map(({ name, ret, payload }) => ({ name, codec: (ret ?? payload)! })),
]

const golden: { procedure: string; reply: string }[] = JSON.parse(
  readFileSync(new URL('golden.json', import.meta.url), 'utf8'),
)

let seed = 20_261
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 4_294_967_296) * below)
}

/** Words that look like small counts, lengths, types and markers, with junk in between. */
function junk(): Buffer {
  const words = Buffer.alloc(4 * random(64))
  for (let at = 0; at < words.length; at += 4) {
    const kind = random(4)
    words.writeUInt32BE(
      kind === 0 ? random(4) : kind === 1 ? random(64) : random(4_294_967_296),
      at,
    )
  }
  return words.subarray(0, Math.max(0, words.length - random(4)))
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes.subarray(0, bytes.length - random(bytes.length)))
  for (let i = random(4); i >= 0 && copy.length > 0; i--) {
    copy[random(copy.length)] = random(256)
  }
  return copy
}

/** Decodes; anything but a value or an RpcError fails the test. */
function decodesOrRefuses(name: string, codec: Codec<unknown>, bytes: Buffer): void {
  try {
    codec.decode(new XdrReader(bytes))
  } catch (error) {
    if (!(error instanceof RpcError)) {
      throw new Error(`${name} on ${bytes.toString('hex')}`, { cause: error })
    }
  }
}

test('garbage in the place of any answer or event', () => {
  const startedMs = performance.now()
  for (let round = 0; round < 200; round++) {
    for (const { name, codec } of codecs) decodesOrRefuses(name, codec, junk())
  }
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})

test('real answers with damage', () => {
  for (const { procedure, reply } of golden) {
    const codec = codecs.find((each) => each.name === procedure)!.codec
    const bytes = Buffer.from(reply, 'hex')
    if (bytes.length === 0) continue
    for (let round = 0; round < 500; round++) {
      decodesOrRefuses(procedure, codec, damaged(bytes))
    }
  }
})

test('lying counts cost nothing', () => {
  const lie = Buffer.alloc(64, 0)
  lie.writeUInt32BE(16_384, 0)
  const before = process.memoryUsage().heapUsed
  const startedMs = performance.now()
  for (let round = 0; round < 5; round++) {
    for (const { name, codec } of codecs) decodesOrRefuses(name, codec, lie)
  }
  expect(performance.now() - startedMs).toBeLessThan(5_000)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000)
})

test('garbage in the place of frames', () => {
  for (let round = 0; round < 2_000; round++) {
    const reader = new FrameReader(() => undefined)
    try {
      for (let chunk = 0; chunk < 8; chunk++) reader.push(junk())
    } catch (error) {
      expect(error).toBeInstanceOf(RpcError)
    }
  }
})
