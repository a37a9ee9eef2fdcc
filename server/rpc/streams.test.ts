import { describe, expect, test, vi } from 'vitest'

import { RpcConnection } from './connection.ts'
import { RemoteError } from './errors.ts'
import { errorPayload, FakeDaemon } from './fake-daemon.ts'
import type { Frame } from './framing.ts'
import { MAX_STREAM_DATA_BYTES, MessageStatus, MessageType } from './framing.ts'
import { connectGetHostname } from './procedures/host.ts'
import { storageVolDownload, storageVolUpload } from './procedures/volumes.ts'
import type { RpcStream, StreamItem } from './streams.ts'
import { toDuplex } from './streams.ts'
import { XdrWriter } from './xdr.ts'

const vol = { pool: 'default', name: 'a.raw', key: '/a.raw' }
const args = { vol, offset: 0, length: 0, flags: 0 }

async function openStream(procedure: typeof storageVolDownload | typeof storageVolUpload) {
  const daemon = new FakeDaemon()
  const connection = new RpcConnection(daemon.client)
  const opening = connection.openStream(procedure, args)
  const call = await daemon.next()
  daemon.reply(call)
  const { stream } = await opening
  const packet = (
    bytes: Uint8Array,
    status: number = MessageStatus.continue,
    type: number = MessageType.stream,
  ): void => daemon.send({ ...call, type, status }, bytes)
  return { daemon, connection, call, stream, packet }
}

async function readAll(stream: RpcStream): Promise<StreamItem[]> {
  const items: StreamItem[] = []
  for await (const item of stream) items.push(item)
  return items
}

const NOTHING = new Uint8Array(0)

describe('download', () => {
  test('packets that come before the answer of the call are not lost', async () => {
    const daemon = new FakeDaemon()
    const connection = new RpcConnection(daemon.client)
    const opening = connection.openStream(storageVolDownload, args)
    const call = await daemon.next()
    const stream = { type: MessageType.stream, status: MessageStatus.continue }
    daemon.send({ ...call, ...stream }, Buffer.from('early'))
    daemon.send({ ...call, ...stream }, NOTHING)
    daemon.reply(call)
    const reading = readAll((await opening).stream)
    expect(await daemon.next()).toMatchObject({ status: MessageStatus.ok })
    daemon.send({ ...call, ...stream, status: MessageStatus.ok }, NOTHING)
    expect(await reading).toEqual([{ type: 'data', bytes: Buffer.from('early') }])
    await connection.close()
  })

  test('data, then the end, which is confirmed both ways', async () => {
    const { daemon, connection, call, stream, packet } =
      await openStream(storageVolDownload)
    const reading = readAll(stream)
    packet(Buffer.from('one'))
    packet(Buffer.from('four'))
    packet(NOTHING)
    expect(await daemon.next()).toMatchObject({
      type: MessageType.stream,
      status: MessageStatus.ok,
      serial: call.serial,
    })
    packet(NOTHING, MessageStatus.ok)
    expect(await reading).toEqual([
      { type: 'data', bytes: Buffer.from('one') },
      { type: 'data', bytes: Buffer.from('four') },
    ])
    await connection.close()
  })

  test('holes are told, and read as zeroes through a Duplex', async () => {
    const { connection, stream, packet } = await openStream(storageVolDownload)
    packet(Buffer.from('a'))
    packet(
      new XdrWriter().i64(100_000).u32(0).finish(),
      MessageStatus.continue,
      MessageType.streamHole,
    )
    packet(Buffer.from('b'))
    packet(NOTHING)
    packet(NOTHING, MessageStatus.ok)
    const chunks: Buffer[] = []
    for await (const chunk of toDuplex(stream)) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    expect(bytes.length).toBe(100_002)
    expect([bytes[0], bytes[1], bytes[100_000], bytes[100_001]]).toEqual([97, 0, 0, 98])
    await connection.close()
  })

  test("the daemon's error comes after the data that was sent before it", async () => {
    const { connection, stream, packet } = await openStream(storageVolDownload)
    packet(Buffer.from('half'))
    packet(errorPayload(38, 'Input/output error'), MessageStatus.error)
    expect(await stream.read()).toMatchObject({ type: 'data' })
    const error = await stream.read().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(RemoteError)
    expect(error).toMatchObject({ message: 'Input/output error' })
    await connection.close()
  })

  test('a slow reader stops the socket and starts it again', async () => {
    const { daemon, connection, stream, packet } = await openStream(storageVolDownload)
    const pause = vi.spyOn(daemon.client, 'pause')
    const resume = vi.spyOn(daemon.client, 'resume')
    for (let i = 0; i < 8; i++) packet(Buffer.alloc(262_120, i))
    packet(NOTHING)
    packet(NOTHING, MessageStatus.ok)
    await vi.waitFor(() => expect(pause).toHaveBeenCalled())
    expect(resume).not.toHaveBeenCalled()
    expect(await readAll(stream)).toHaveLength(8)
    expect(resume).toHaveBeenCalled()
    await connection.close()
  })

  test('leaving the loop aborts; late packets are ignored; the connection lives', async () => {
    const { daemon, connection, stream, packet } = await openStream(storageVolDownload)
    packet(Buffer.from('one'))
    for await (const item of stream) {
      expect(item.type).toBe('data')
      break
    }
    expect(await daemon.next()).toMatchObject({ status: MessageStatus.error })
    packet(Buffer.from('late'))
    packet(NOTHING, MessageStatus.ok)
    const call = connection.call(connectGetHostname, undefined)
    daemon.reply(await daemon.next(), new XdrWriter().string('h').finish())
    expect(await call).toEqual({ hostname: 'h' })
    await connection.close()
  })

  test('the end of the connection ends the stream', async () => {
    const { daemon, connection, stream } = await openStream(storageVolDownload)
    const reading = stream.read().catch((error: unknown) => error)
    daemon.hangUp()
    expect(await reading).toMatchObject({ code: 'closed' })
    await connection.close()
  })
})

describe('upload', () => {
  test('is cut into packets, and done when the daemon says so', async () => {
    const { daemon, connection, stream, packet } = await openStream(storageVolUpload)
    const bytes = Buffer.alloc(MAX_STREAM_DATA_BYTES * 2 + 5, 1)
    const writing = stream.write(bytes)
    const sizes: number[] = []
    for (let i = 0; i < 3; i++) sizes.push((await daemon.next()).payload.length)
    await writing
    expect(sizes).toEqual([MAX_STREAM_DATA_BYTES, MAX_STREAM_DATA_BYTES, 5])

    let finished = false
    const finishing = stream.finish().then(() => (finished = true))
    expect(await daemon.next()).toMatchObject({ status: MessageStatus.ok })
    expect(finished).toBe(false)
    packet(NOTHING, MessageStatus.ok)
    await finishing
    await connection.close()
  })

  test('a failed write is told by finish', async () => {
    const { connection, stream, packet } = await openStream(storageVolUpload)
    await stream.write(Buffer.from('data'))
    const finishing = stream.finish().catch((error: unknown) => error)
    packet(errorPayload(38, 'No space left on device'), MessageStatus.error)
    expect(await finishing).toMatchObject({ message: 'No space left on device' })
    await expect(stream.write(Buffer.from('more'))).rejects.toThrow('No space left')
    await connection.close()
  })

  test('holes are sent as such', async () => {
    const { daemon, connection, stream } = await openStream(storageVolUpload)
    await stream.writeHole(4_096)
    const hole = await daemon.next()
    expect(hole).toMatchObject({
      type: MessageType.streamHole,
      status: MessageStatus.continue,
    })
    expect(hole.payload.toString('hex')).toBe('000000000000100000000000')
    await connection.close()
  })
})

test('a stream whose call was given up is aborted when the daemon opens it', async () => {
  const daemon = new FakeDaemon()
  const connection = new RpcConnection(daemon.client)
  const opening = connection.openStream(storageVolDownload, args, { deadlineMs: 5 })
  const call: Frame = await daemon.next()
  await expect(opening).rejects.toMatchObject({ code: 'deadline' })
  daemon.reply(call)
  expect(await daemon.next()).toMatchObject({
    type: MessageType.stream,
    status: MessageStatus.error,
    serial: call.serial,
  })
  await connection.close()
})
