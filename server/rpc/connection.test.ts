import { afterEach, describe, expect, test, vi } from 'vitest'

import type { RpcConnectionOptions } from './connection.ts'
import { RpcConnection } from './connection.ts'
import { RemoteError, RpcError } from './errors.ts'
import { FakeDaemon, frameBytes } from './fake-daemon.ts'
import type { Frame } from './framing.ts'
import { MessageType } from './framing.ts'
import { handshake } from './handshake.ts'
import { KEEPALIVE_PROGRAM, REMOTE_PROGRAM } from './procedure.ts'
import { domainGetXmlDesc, domainLookupByName } from './procedures/domains.ts'
import { connectGetHostname, connectGetLibVersion } from './procedures/host.ts'
import { authList, authPolkit, connectOpen } from './procedures/session.ts'
import { XdrWriter } from './xdr.ts'

const PING = 1
const PONG = 2
const dom = { name: '', uuid: '00112233-4455-6677-8899-aabbccddeeff', id: -1 }
const slow = { dom, flags: 0 }

const text = (value: string): Buffer => new XdrWriter().string(value).finish()
const words = (...values: number[]): Buffer => {
  const writer = new XdrWriter()
  for (const value of values) writer.u32(value)
  return writer.finish()
}

function open(options: RpcConnectionOptions = {}) {
  const daemon = new FakeDaemon()
  const connection = new RpcConnection(daemon.client, options)
  return { daemon, connection }
}

/** The error a promise rejects with. */
function failure(promise: Promise<unknown>): Promise<RpcError> {
  return promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: RpcError) => error,
  )
}

afterEach(() => {
  vi.useRealTimers()
})

describe('calls', () => {
  test('answers are matched by serial, in whatever order they come', async () => {
    const { daemon, connection } = open()
    const names = ['a', 'b', 'c'].map(() => connection.call(connectGetHostname, undefined))
    const calls = [await daemon.next(), await daemon.next(), await daemon.next()]
    for (const i of [2, 0, 1]) daemon.reply(calls[i]!, text(`host${i}`))
    expect((await Promise.all(names)).map(({ hostname }) => hostname)).toEqual([
      'host0',
      'host1',
      'host2',
    ])
    await connection.close()
  })

  test('calls of one turn leave in one write', async () => {
    const { daemon, connection } = open()
    const writes = vi.spyOn(daemon.client, 'write')
    const calls = Array.from({ length: 10 }, () =>
      connection.call(connectGetHostname, undefined),
    )
    for (let i = 0; i < 10; i++) daemon.reply(await daemon.next(), text('h'))
    await Promise.all(calls)
    expect(writes).toHaveBeenCalledTimes(1)
    await connection.close()
  })

  test('an error answer is thrown with its code, and the connection lives on', async () => {
    const { daemon, connection } = open()
    const lookup = failure(connection.call(domainLookupByName, { name: 'nobody' }))
    daemon.fail(await daemon.next(), 42, 'Domain not found')
    const error = await lookup
    expect(error).toBeInstanceOf(RemoteError)
    expect(error).toMatchObject({
      message: 'Domain not found',
      remote: { number: 42, domain: 10 },
      procedure: 'domain_lookup_by_name',
    })
    const again = connection.call(connectGetHostname, undefined)
    daemon.reply(await daemon.next(), text('h'))
    expect(await again).toEqual({ hostname: 'h' })
    await connection.close()
  })

  test('the stack of an error shows who made the call', async () => {
    const { daemon, connection } = open()
    async function someCaller(): Promise<void> {
      await connection.call(domainLookupByName, { name: 'nobody' })
    }
    const lookup = failure(someCaller())
    daemon.fail(await daemon.next(), 42, 'Domain not found')
    expect((await lookup).stack).toContain('someCaller')
    await connection.close()
  })

  test('an answer that cannot be decoded fails its call only', async () => {
    const { daemon, connection } = open()
    const call = failure(connection.call(connectGetHostname, undefined))
    daemon.reply(await daemon.next(), words(400))
    expect(await call).toMatchObject({ code: 'decode' })
    expect(connection.endReason).toBeNull()
    await connection.close()
  })

  test('an argument that cannot be encoded fails its call and takes no slot', async () => {
    const { connection } = open()
    const call = failure(connection.call(domainGetXmlDesc, { dom, flags: -1 }))
    expect(await call).toMatchObject({ code: 'encode' })
    expect(connection.busySlots).toBe(0)
    await connection.close()
  })
})

describe('deadlines and slots', () => {
  test('a deadline forgets the call but keeps its slot until the answer comes', async () => {
    const late = vi.fn()
    const { daemon, connection } = open({ onLateReply: late })
    const call = failure(connection.call(domainGetXmlDesc, slow, { deadlineMs: 10 }))
    const frame = await daemon.next()
    expect(await call).toMatchObject({ code: 'deadline' })
    expect(connection.busySlots).toBe(1)
    expect(connection.pendingCalls).toBe(1)
    daemon.reply(frame, text('<domain/>'))
    await vi.waitFor(() =>
      expect(late).toHaveBeenCalledWith('domain_get_xml_desc', expect.any(Number)),
    )
    expect(connection.busySlots).toBe(0)
    expect(connection.pendingCalls).toBe(0)
    await connection.close()
  })

  test('four slow calls go out, the fifth waits for a slot; priority calls pass', async () => {
    const { daemon, connection } = open()
    const calls = Array.from({ length: 5 }, () => connection.call(domainGetXmlDesc, slow))
    const frames: Frame[] = []
    for (let i = 0; i < 4; i++) frames.push(await daemon.next())
    const fast = connection.call(connectGetHostname, undefined)
    const next = await daemon.next()
    expect(next.procedure).toBe(connectGetHostname.number)
    daemon.reply(next, text('h'))
    await fast
    expect(daemon.waiting).toBe(0)

    daemon.reply(frames[2]!, text('<c/>'))
    const fifth = await daemon.next()
    expect(fifth.procedure).toBe(domainGetXmlDesc.number)
    for (const frame of [frames[0]!, frames[1]!, frames[3]!, fifth])
      daemon.reply(frame, text('<x/>'))
    expect((await Promise.all(calls))[2]).toEqual({ xml: '<c/>' })
    expect(connection.busySlots).toBe(0)
    await connection.close()
  })

  test('a call whose deadline passes in the queue is never sent', async () => {
    const { daemon, connection } = open({ maxSlowCalls: 1 })
    const first = connection.call(domainGetXmlDesc, slow)
    const frame = await daemon.next()
    const second = failure(connection.call(domainGetXmlDesc, slow, { deadlineMs: 10 }))
    expect(await second).toMatchObject({ code: 'deadline' })
    daemon.reply(frame, text('<x/>'))
    await first
    expect(connection.busySlots).toBe(0)
    const probe = connection.call(connectGetHostname, undefined)
    expect((await daemon.next()).procedure).toBe(connectGetHostname.number)
    await connection.close()
    await failure(probe)
  })

  test('the queue has a bound', async () => {
    const { daemon, connection } = open({ maxSlowCalls: 1, maxQueuedCalls: 1 })
    const held = [failure(connection.call(domainGetXmlDesc, slow))]
    held.push(failure(connection.call(domainGetXmlDesc, slow)))
    await daemon.next()
    const refused = await failure(connection.call(domainGetXmlDesc, slow))
    expect(refused).toMatchObject({ code: 'queue-full' })
    await connection.close()
    for (const error of await Promise.all(held))
      expect(error).toMatchObject({ code: 'closed' })
  })

  test('an aborted call is given up at once', async () => {
    const { daemon, connection } = open()
    const abort = new AbortController()
    const call = failure(connection.call(domainGetXmlDesc, slow, { signal: abort.signal }))
    await daemon.next()
    abort.abort(new Error('no longer wanted'))
    expect(await call).toMatchObject({ code: 'aborted', cause: abort.signal.reason })
    expect(connection.busySlots).toBe(1)
    await connection.close()
  })
})

describe('the end', () => {
  test('settles every call, sent or queued, and says why', async () => {
    const closed = vi.fn()
    const { daemon, connection } = open({ maxSlowCalls: 1, onClose: closed })
    const calls = [
      failure(connection.call(domainGetXmlDesc, slow)),
      failure(connection.call(domainGetXmlDesc, slow)),
      failure(connection.call(connectGetHostname, undefined)),
    ]
    await daemon.next()
    const reason = new Error('the cable was cut')
    daemon.client.destroy(reason)
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: 'closed', cause: reason })
    }
    await connection.close()
    expect(closed).toHaveBeenCalledTimes(1)
    expect(connection.pendingCalls).toBe(0)
    expect(await failure(connection.call(connectGetHostname, undefined))).toMatchObject({
      code: 'closed',
    })
  })

  test('comes when the peer hangs up', async () => {
    const { daemon, connection } = open()
    const call = failure(connection.call(connectGetHostname, undefined))
    await daemon.next()
    daemon.hangUp()
    expect(await call).toMatchObject({ code: 'closed' })
    await connection.close()
  })

  test.each([
    ['a frame of an impossible length', Buffer.alloc(28, 0xff)],
    ['an answer to no call', frameBytes({ serial: 77, type: MessageType.reply })],
    ['a call', frameBytes({ type: MessageType.call })],
  ])('%s is fatal', async (_name, bytes) => {
    const { daemon, connection } = open()
    const call = failure(connection.call(connectGetHostname, undefined))
    await daemon.next()
    daemon.sendBytes(bytes)
    expect(await call).toMatchObject({ code: 'framing' })
    expect(daemon.client.destroyed).toBe(true)
    await connection.close()
  })
})

describe('keepalive', () => {
  const ping = { program: KEEPALIVE_PROGRAM, procedure: PING, type: MessageType.event }

  test('a PING is answered at once', async () => {
    const { daemon, connection } = open()
    daemon.send(ping)
    expect(await daemon.next({ keepalive: true })).toMatchObject({
      procedure: PONG,
      type: MessageType.event,
      serial: 0,
    })
    await connection.close()
  })

  test('a silent peer is pinged, then given up', async () => {
    const { daemon, connection } = open({ pingIntervalMs: 10, maxMissedPings: 2 })
    connection.startKeepalive()
    const call = failure(connection.call(connectGetHostname, undefined))
    expect(await daemon.next({ keepalive: true })).toMatchObject({ procedure: PING })
    expect(await call).toMatchObject({ code: 'keepalive' })
    await connection.close()
  })

  test('a peer that answers lives', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { daemon, connection } = open({ pingIntervalMs: 1_000, maxMissedPings: 1 })
    connection.startKeepalive()
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(1_000)
      const asked = connection.call(connectGetHostname, undefined)
      daemon.reply(await daemon.next(), text('h'))
      await asked
    }
    expect(connection.endReason).toBeNull()
    await connection.close()
  })
})

test('events go to the listener, also between a call and its answer', async () => {
  const onEvent = vi.fn()
  const { daemon, connection } = open({ onEvent })
  const call = connection.call(connectGetHostname, undefined)
  const frame = await daemon.next()
  daemon.send({ procedure: 331, type: MessageType.event }, words(5))
  daemon.reply(frame, text('h'))
  await call
  expect(onEvent).toHaveBeenCalledExactlyOnceWith(REMOTE_PROGRAM, 331, words(5))
  await connection.close()
})

describe('handshake', () => {
  test('one call after the other, each only after the answer before', async () => {
    const { daemon, connection } = open()
    const done = handshake(connection, { name: 'qemu:///system' })
    const answers: [number, Buffer][] = [
      [authList.number, words(1, 2)],
      [authPolkit.number, words(1)],
      [60, words(0)],
      [connectOpen.number, Buffer.alloc(0)],
    ]
    for (const [procedure, payload] of answers) {
      const call = await daemon.next()
      expect(call.procedure).toBe(procedure)
      expect(daemon.waiting).toBe(0)
      daemon.reply(call, payload)
    }
    await done
    await connection.close()
  })

  test('SASL is reported, not tried', async () => {
    const { daemon, connection } = open()
    const done = failure(handshake(connection, { name: 'qemu:///system' }))
    daemon.reply(await daemon.next(), words(1, 1))
    expect(await done).toMatchObject({ code: 'auth' })
    await connection.close()
  })

  test('is raced against the end of the connection', async () => {
    const { daemon, connection } = open()
    const done = failure(handshake(connection, { name: 'qemu:///system' }))
    await daemon.next()
    daemon.hangUp()
    expect(await done).toMatchObject({ code: 'closed' })
  })

  test('is raced against its deadline', async () => {
    const { connection } = open()
    const done = failure(handshake(connection, { name: 'qemu:///system', deadlineMs: 10 }))
    expect(await done).toMatchObject({ code: 'deadline' })
    await connection.close()
  })
})

test('errors are recognised across two copies of the module', () => {
  const copy: unknown = Object.defineProperty(
    new Error('x'),
    Symbol.for('ballast.rpc.RpcError'),
    {
      value: true,
    },
  )
  expect(copy instanceof RpcError).toBe(true)
  expect(new Error('x') instanceof RpcError).toBe(false)
  expect(connectGetLibVersion.priority).toBe(true)
})
