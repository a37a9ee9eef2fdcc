import { readdirSync, readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { frameBytes } from './fake-daemon.ts'
import { HEADER_BYTES, MessageType } from './framing.ts'
import type { Procedure } from './procedure.ts'
import { domainEventBalloonChange } from './procedures/events.ts'
import { remoteError } from './types.ts'
import { XdrReader, XdrWriter } from './xdr.ts'

/*
 * Bytes recorded from libvirtd 9.0.0 with a running QEMU domain; `expected` was compared with
 * virsh when it was recorded.
 */
interface Golden {
  procedure: string
  args?: unknown
  call: string
  status: number
  reply: string
  expected?: unknown
}

const golden: Golden[] = JSON.parse(
  readFileSync(new URL('golden.json', import.meta.url), 'utf8'),
)

const folder = new URL('procedures/', import.meta.url)
const modules = await Promise.all(
  readdirSync(folder).map(
    (file): Promise<Record<string, Procedure>> => import(new URL(file, folder).href),
  ),
)
const exported = modules.flatMap((each) => Object.values(each))
const procedures = exported.filter((each) => 'args' in each)

const byteArrays = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('hex') } : value

describe('bytes of a real daemon', () => {
  test.each(golden)(
    '$procedure',
    ({ procedure: name, args, call, status, reply, expected }) => {
      const procedure = procedures.find((each) => each.name === name)!
      const writer = new XdrWriter()
      procedure.args.encode(writer, args)
      const sent = Buffer.from(call, 'hex')
      const header = {
        program: procedure.program,
        procedure: procedure.number,
        type: MessageType.call,
        serial: sent.readUInt32BE(20),
      }
      expect(frameBytes(header, writer.finish()).toString('hex')).toBe(call)
      expect(sent.length).toBeGreaterThanOrEqual(HEADER_BYTES)

      const reader = new XdrReader(Buffer.from(reply, 'hex'))
      const value = (status === 1 ? remoteError : procedure.ret).decode(reader)
      expect(reader.remaining).toBe(0)
      expect(
        value === undefined ? value : JSON.parse(JSON.stringify(value, byteArrays)),
      ).toEqual(expected)
    },
  )

  test('an event', () => {
    const bytes = Buffer.from(
      '000000110000000477656231df03de42e55b55ab938ca36d79b662be000000010000000000040000',
      'hex',
    )
    expect(domainEventBalloonChange.payload.decode(new XdrReader(bytes))).toEqual({
      callbackId: 17,
      dom: { name: 'web1', uuid: 'df03de42-e55b-55ab-938c-a36d79b662be', id: 1 },
      actual: 262_144,
    })
  })
})

test('no two procedures share a number', () => {
  const numbers = exported.map((each) => `${each.program}:${each.number}`)
  expect(numbers.length).toBeGreaterThan(250)
  expect(new Set(numbers).size).toBe(numbers.length)
})
