import type { Duplex } from 'node:stream'
import { duplexPair } from 'node:stream'

import { afterEach, describe, expect, test, vi } from 'vitest'

import { FakeDaemon } from '../rpc/fake-daemon.ts'
import type { Frame } from '../rpc/framing.ts'
import { MessageType } from '../rpc/framing.ts'
import { domainEventBalloonChange, domainEventLifecycle } from '../rpc/procedures/events.ts'
import { XdrWriter } from '../rpc/xdr.ts'
import { LibvirtClient } from './client.ts'
import { isConnectionLost, isLibvirtError, LibvirtError } from './errors.ts'
import { fakeClient, words } from './testing/fake-client.ts'

const opened: LibvirtClient[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()))
})

async function connect(answer?: (call: Frame, daemon: FakeDaemon) => void) {
  const warn = vi.fn()
  const { client, daemon } = await fakeClient(answer, { debug: () => undefined, warn })
  opened.push(client)
  return { client, daemon, warn }
}

const dom = { name: 'web1', uuid: '00112233-4455-6677-8899-aabbccddeeff', id: 1 }
const uuid = dom.uuid

describe('a libvirt client', () => {
  test("gives the daemon's errors by name", async () => {
    const { client } = await connect((call, daemon) =>
      daemon.fail(call, 55, 'domain is not running'),
    )
    const error = await client.domains.getState(uuid).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(LibvirtError)
    expect(error).toMatchObject({
      code: 'OPERATION_INVALID',
      number: 55,
      domain: 10,
      domainName: 'QEMU',
      procedure: 'domain_get_state',
    })
    expect(isLibvirtError(error, 'OPERATION_INVALID')).toBe(true)
    expect(isLibvirtError(error, 'NO_DOMAIN')).toBe(false)
    expect(isConnectionLost(error)).toBe(false)
  })

  test('says once that it has ended, and why; calls then fail as lost', async () => {
    const { client, daemon } = await connect()
    const call = client.domains.getXml(uuid).catch((error: unknown) => error)
    await new Promise((resolve) => setImmediate(resolve))
    daemon.client.destroy(new Error('cut'))
    expect(isConnectionLost(await call)).toBe(true)
    expect(isConnectionLost(await client.ended)).toBe(true)
    expect(client.connected).toBe(false)
    const after = await client.domains.list().catch((error: unknown) => error)
    expect(isConnectionLost(after)).toBe(true)
    await client.close()
  })

  test('does not wait for ever for a daemon that never answers', async () => {
    const [stream] = duplexPair()
    const connecting = LibvirtClient.connect('qemu:///system', {
      openTransport: async () => ({ stream, localUri: 'qemu:///system' }),
      deadlines: { connectMs: 20 },
    })
    await expect(connecting).rejects.toMatchObject({ code: 'deadline' })
    expect(stream.destroyed).toBe(true)
  })

  test('gives up connecting when it is told to', async () => {
    const [stream] = duplexPair()
    const abort = new AbortController()
    const connecting = LibvirtClient.connect('qemu:///system', {
      openTransport: async () => ({ stream, localUri: 'qemu:///system' }),
      signal: abort.signal,
    })
    abort.abort()
    await expect(connecting).rejects.toMatchObject({ code: 'aborted' })
    expect(stream.destroyed).toBe(true)
  })

  test('leaves no stream open when the daemon refuses the session', async () => {
    const daemon = new FakeDaemon()
    const connecting = LibvirtClient.connect('qemu:///system', {
      openTransport: async (): Promise<{ stream: Duplex; localUri: string }> => ({
        stream: daemon.client,
        localUri: 'qemu:///system',
      }),
    })
    daemon.fail(await daemon.next(), 45, 'authentication failed')
    await expect(connecting).rejects.toMatchObject({ code: 'AUTH_FAILED' })
    expect(daemon.client.destroyed).toBe(true)
  })
})

function balloon(actual: number): Buffer {
  const writer = new XdrWriter()
  domainEventBalloonChange.payload.encode(writer, { callbackId: 3, dom, actual })
  return writer.finish()
}

function send(daemon: FakeDaemon, procedure: number, payload: Buffer): void {
  daemon.send({ procedure, type: MessageType.event }, payload)
}

describe('events', () => {
  test('reach their listeners, even before their registration is answered', async () => {
    const { client } = await connect((call, daemon) => {
      send(daemon, domainEventBalloonChange.number, balloon(1_024))
      daemon.reply(call, words(3))
    })
    const seen: unknown[] = []
    await client.events.subscribe({ balloonChange: (event) => seen.push(event) })
    expect(seen).toEqual([{ uuid, name: 'web1', actualKiB: 1_024 }])
  })

  test('are told apart, and have words', async () => {
    const { client, daemon } = await connect((call, fake) => fake.reply(call, words(1)))
    const seen: unknown[] = []
    const { unsubscribe } = await client.events.subscribe({
      lifecycle: ({ name, event, detail }) => seen.push([name, event, detail]),
    })
    const writer = new XdrWriter()
    domainEventLifecycle.payload.encode(writer, { callbackId: 1, dom, event: 5, detail: 3 })
    send(daemon, domainEventLifecycle.number, writer.finish())
    send(daemon, domainEventBalloonChange.number, balloon(1))
    send(daemon, 9_999, Buffer.alloc(4))
    await vi.waitFor(() => expect(seen).toEqual([['web1', 'stopped', 'migrated']]))
    await unsubscribe()
  })

  test('that a daemon does not know are named, the others work', async () => {
    const { client } = await connect((call, daemon) => {
      if (call.payload.readInt32BE(0) === 26)
        daemon.fail(call, 1, 'unsupported event ID 26')
      else daemon.reply(call, words(1))
    })
    const listeners = { lifecycle: vi.fn(), memoryDeviceSizeChange: vi.fn() }
    const { unsupported } = await client.events.subscribe(listeners)
    expect(unsupported).toEqual(['memoryDeviceSizeChange'])
  })

  test('a listener that throws and an event that is junk are reported, and hurt nobody', async () => {
    const { client, daemon, warn } = await connect((call, fake) =>
      fake.reply(call, words(1)),
    )
    const good = vi.fn()
    await client.events.subscribe({
      balloonChange: () => {
        throw new Error('bug')
      },
    })
    await client.events.subscribe({ balloonChange: good })
    send(daemon, domainEventBalloonChange.number, balloon(2))
    send(daemon, domainEventBalloonChange.number, Buffer.alloc(3))
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2))
    expect(good).toHaveBeenCalledTimes(1)
    expect(client.connected).toBe(true)
  })
})
