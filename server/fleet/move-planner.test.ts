import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { createFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { MovePlanner } from './move-planner.ts'
import { FakeHost, libvirtError } from './testing/fake-host.ts'
import { MemoryHostStore, MemoryResizeStore, silentLogger } from './testing/stores.ts'

let hosts: Record<string, FakeHost>
let fleet: Fleet
let planner: MovePlanner

beforeEach(async () => {
  hosts = { alpha: new FakeHost(), beta: new FakeHost(), gone: new FakeHost() }
  hosts['gone']!.refuseWith = new Error('no route to host')
  fleet = createFleet({
    connect: (uri, signal) => hosts[uri]!.connect(uri, signal),
    checkUri: () => undefined,
    hostKeys: { probe: async () => [], accept: async () => undefined },
    hostStore: new MemoryHostStore(
      Object.keys(hosts).map((host) => ({
        host,
        name: host,
        uri: host,
        statsPeriodSeconds: 2,
        createdMs: 0,
      })),
    ),
    resizeStore: new MemoryResizeStore(),
    logger: silentLogger,
  })
  planner = new MovePlanner({
    hosts: () => fleet.hosts,
    runs: { recent: () => [], page: () => ({ total: 0, runs: [] }) },
    links: { get: () => null, put: () => undefined },
    measureLink: { measure: () => Promise.reject(new Error('unused')), lines: () => '' },
    probePort: () => Promise.resolve('unknown'),
  })
  fleet.start()
  await vi.waitFor(() => {
    expect(fleet.getHost('alpha').state).toBe('online')
    expect(fleet.getHost('beta').state).toBe('online')
    expect(fleet.getHost('gone').failure).not.toBeNull()
  })
})
afterEach(() => fleet.close())

describe('what a host lacks is made', () => {
  const items = [
    { kind: 'start-network' as const, name: 'lan' },
    { kind: 'start-pool' as const, name: 'images' },
  ]

  test('one after the other: what fails does not keep the others', async () => {
    hosts['beta']!.link.moves.startNetwork = () =>
      Promise.reject(libvirtError(1, 'Bridge in use'))
    const { result, command } = await planner.makeAllAlike('beta', {
      source: 'alpha',
      items,
    })
    expect(result.made.map(({ error }) => error)).toEqual(['Bridge in use', null])
    expect(command).toBe('virsh -c beta pool-start images')
  })

  test.each([
    ['nowhere', 'alpha', { code: 'not_found', init: { host: 'nowhere' } }],
    ['beta', 'nowhere', { code: 'not_found', init: { host: 'nowhere' } }],
    ['gone', 'alpha', { code: 'host_offline', init: { retryAfterSeconds: 5 } }],
  ])('on %s from %s: the whole fails as the first of it does', async (host, source, as) => {
    await expect(planner.makeAllAlike(host, { source, items })).rejects.toMatchObject(as)
  })

  test("of a source that is away the connection is named, not what it 'lacks'", async () => {
    const away = planner.makeAllAlike('beta', {
      source: 'gone',
      items: [{ kind: 'define-network', name: 'lan' }],
    })
    await expect(away).rejects.toMatchObject({
      code: 'host_offline',
      init: { host: 'gone' },
    })
  })

  test('where libvirt refuses all of it, its own error is kept', async () => {
    const refusal = () => Promise.reject(libvirtError(38, 'Permission denied'))
    Object.assign(hosts['beta']!.link.moves, {
      startNetwork: refusal,
      startPool: refusal,
    })
    await expect(
      planner.makeAllAlike('beta', { source: 'alpha', items }),
    ).rejects.toMatchObject({
      code: 'libvirt',
      init: { host: 'beta', libvirt: { code: 38, message: 'Permission denied' } },
    })
  })
})
