import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { QmpEvents } from '../contract/monitor.ts'
import { maxQmpEvents } from '../contract/monitor.ts'
import { createFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { FakeHost, uuidOf } from './testing/fake-host.ts'
import { MemoryHostStore, MemoryResizeStore, silentLogger } from './testing/stores.ts'

const uuid = uuidOf(1)
const off = uuidOf(2)
let host: FakeHost
let fleet: Fleet

beforeEach(async () => {
  host = new FakeHost()
  host.add(1, { name: 'web1' })
  host.add(2, { id: -1 })
  const record = {
    host: 'alpha',
    name: 'alpha',
    uri: 'qemu:///system',
    statsPeriodSeconds: 2,
    createdMs: 0,
  }
  fleet = createFleet({
    connect: host.connect,
    checkUri: () => undefined,
    hostKeys: { probe: async () => [], accept: async () => undefined },
    hostStore: new MemoryHostStore([record]),
    resizeStore: new MemoryResizeStore(),
    logger: silentLogger,
  })
  fleet.start()
  await vi.waitFor(() => expect(fleet.getHost('alpha').state).toBe('online'))
})
afterEach(() => fleet.close())

const sent = () => host.calls.filter((call) => /^(qmp|hmp) /.test(call))
const qmp = (command: string, role: 'operator' | 'admin', confirm?: string) =>
  fleet.qmp('alpha', uuid, { command, role, confirm })

const hmp = (line: string, role: 'operator' | 'admin', confirm?: string) =>
  fleet.hmp('alpha', uuid, { line, role, confirm })
const tell = (event: string) => {
  for (const listener of host.qmpListeners) {
    listener({ event, atMs: 1, details: '{"a":1}' })
  }
}

describe('a QMP command', () => {
  test('that only looks goes through for an operator, with its virsh line', async () => {
    const { result, command } = await qmp('{ "execute": "query-status" }', 'operator')
    expect(result.answer).toBe(host.qmpAnswer)
    expect(command).toBe(
      `virsh -c qemu:///system qemu-monitor-command web1 --pretty '{"execute":"query-status"}'`,
    )
    expect(sent()).toEqual(['qmp {"execute":"query-status"}'])
  })

  test.each(['quit', 'system_powerdown', 'device_del', 'human-monitor-command'])(
    '%s is refused without the right role and the right name, and nothing is sent',
    async (execute) => {
      const command = JSON.stringify({ execute })
      await expect(qmp(command, 'operator', 'web1')).rejects.toMatchObject({
        code: 'forbidden',
      })
      for (const confirm of [undefined, '', 'Web1', 'web2']) {
        await expect(qmp(command, 'admin', confirm)).rejects.toMatchObject({
          code: 'not_confirmed',
        })
      }
      expect(sent()).toEqual([])
      await qmp(command, 'admin', 'web1')
      expect(sent()).toEqual([`qmp ${command}`])
    },
  )

  test('no secret reaches the line, also when it is refused', async () => {
    const command =
      '{"execute":"set_password","arguments":{"protocol":"vnc","password":"hunter2"}}'
    const refused = await qmp(command, 'operator').catch((error: unknown) => error)
    expect(JSON.stringify(refused)).not.toContain('hunter2')
    const { command: line } = await qmp(command, 'admin', 'web1')
    expect(line).toContain('***')
    expect(line).not.toContain('hunter2')
    expect(sent()).toEqual([`qmp ${command}`])
  })

  test('that is not JSON is not sent, and not quoted', async () => {
    const refused = await qmp('{"password": hunter2', 'admin', 'web1').catch(
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ code: 'invalid' })
    expect(String(refused)).not.toContain('hunter2')
    expect(sent()).toEqual([])
  })

  test('that QEMU refuses is an error with its words', async () => {
    host.qmpAnswer =
      '{"id":"libvirt-9","error":{"class":"CommandNotFound","desc":"The command query-x has not been found"}}'
    await expect(qmp('{"execute":"query-x"}', 'operator')).rejects.toMatchObject({
      code: 'qemu_refused',
      init: {
        qemu: { class: 'CommandNotFound', desc: 'The command query-x has not been found' },
      },
    })
  })

  test('to a stopped domain says so', async () => {
    const asked = fleet.qmp('alpha', off, {
      command: '{"execute":"query-status"}',
      role: 'admin',
    })
    await expect(asked).rejects.toMatchObject({ code: 'not_running' })
    await expect(fleet.qmpSchema('alpha', off)).rejects.toMatchObject({
      code: 'not_running',
    })
    expect(sent()).toEqual([])
  })
})

test('the human monitor: info for operators, the rest for admins', async () => {
  expect((await hmp(' info status ', 'operator')).command).toContain(
    `web1 --hmp 'info status'`,
  )
  await expect(hmp('quit', 'operator', 'web1')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(hmp('quit', 'admin')).rejects.toMatchObject({ code: 'not_confirmed' })
  await expect(hmp('info a\nquit', 'admin', 'web1')).rejects.toMatchObject({
    code: 'invalid',
  })
  await hmp('quit', 'admin', 'web1')
  expect(sent()).toEqual(['hmp info status', 'hmp quit'])
})

test('the schema is read once an emulator; each reading says what was really sent', async () => {
  const [first] = await Promise.all([
    fleet.qmpSchema('alpha', uuid),
    fleet.qmpSchema('alpha', uuid),
  ])
  const again = await fleet.qmpSchema('alpha', uuid)
  expect(first.command).toContain('query-version')
  expect(first.command).toContain('query-qmp-schema')
  expect(again.command).toContain('query-version')
  expect(again.command).not.toContain('query-qmp-schema')
  expect(host.calls.filter((call) => call === 'qmpSchema')).toHaveLength(1)
  expect(host.calls.filter((call) => call === 'qemuVersion')).toHaveLength(3)
})

describe('QMP events', () => {
  const topic = { name: 'qmp-events', host: 'alpha', uuid } as const

  function watch() {
    const deltas: QmpEvents[] = []
    const handle = fleet.open(topic, {
      delta: (delta) => {
        if ('watching' in delta) deltas.push(delta)
      },
      gone: () => undefined,
    })
    return { deltas, handle, events: () => deltas.flatMap(({ events }) => events) }
  }

  test('are asked for only while somebody watches', async () => {
    expect(host.qmpListeners.size).toBe(0)
    const { handle, deltas, events } = watch()
    await vi.waitFor(() => expect(deltas.at(-1)?.watching).toBe(true))
    tell('STOP')
    tell('RESUME')
    await vi.waitFor(() =>
      expect(events().map(({ name }) => name)).toEqual(['STOP', 'RESUME']),
    )
    handle.close()
    await vi.waitFor(() => expect(host.qmpListeners.size).toBe(0))
  })

  test('are bounded, and what is dropped is counted', async () => {
    const { handle, deltas } = watch()
    await vi.waitFor(() => expect(deltas.at(-1)?.watching).toBe(true))
    for (let count = 0; count < maxQmpEvents + 7; count++) tell('RTC_CHANGE')
    await vi.waitFor(() => expect(deltas.at(-1)?.events).toHaveLength(maxQmpEvents))
    expect(deltas.at(-1)?.dropped).toBe(7)
    const full = handle.full()
    expect('dropped' in full && full.events).toHaveLength(maxQmpEvents)
    handle.close()
  })

  test('are asked for again after the connection was lost', async () => {
    const { handle, deltas, events } = watch()
    await vi.waitFor(() => expect(deltas.at(-1)?.watching).toBe(true))
    host.qmpListeners.clear()
    host.link.lose()
    await vi.waitFor(() => expect(deltas.some(({ watching }) => !watching)).toBe(true))
    await vi.waitFor(() => expect(deltas.at(-1)?.watching).toBe(true), { timeout: 5_000 })
    tell('STOP')
    await vi.waitFor(() => expect(events().at(-1)?.name).toBe('STOP'))
    handle.close()
  })
})
