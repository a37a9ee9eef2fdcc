import { afterAll, beforeEach, expect, test, vi } from 'vitest'

import { fakeClient } from '../libvirt/testing/fake-client.ts'
import { HostSnapshots } from './host-snapshots.ts'
import { readPools } from './read-host.ts'

vi.mock('./read-host.ts', () => ({
  inParallel: vi.fn(),
  readDomain: vi.fn(),
  readFixedFacts: vi.fn(async () => ({})),
  readNetworks: vi.fn(async () => []),
  readPools: vi.fn(),
}))

const { client } = await fakeClient()
vi.spyOn(client.pools, 'list').mockResolvedValue([])
vi.spyOn(client.domains, 'list').mockResolvedValue([])
vi.spyOn(client.events, 'subscribe').mockResolvedValue(undefined as never)
afterAll(() => client.close())

const pools = vi.mocked(readPools)
const poolOf = (name: string) => [
  {
    name,
    xml: '',
    active: true,
    type: 'dir',
    targetPath: '/srv',
    volumes: [],
  } as never,
]
const clients = { shared: async () => client, own: async () => client }
let snapshots: HostSnapshots

beforeEach(async () => {
  snapshots = new HostSnapshots(clients, () => 0)
  pools.mockReset().mockResolvedValue(poolOf('old'))
  await snapshots.of('alpha')
})

const seen = async () => (await snapshots.of('alpha')).pools[0]?.name

test('what was made meanwhile is seen by all who ask at the same time', async () => {
  pools.mockResolvedValue(poolOf('new'))
  snapshots.changed('alpha')
  const first = seen()
  snapshots.changed('alpha')
  expect(await Promise.all([first, seen()])).toEqual(['new', 'new'])
})

test('a look that began earlier and is ready later takes nothing back', async () => {
  const slow = Promise.withResolvers<ReturnType<typeof poolOf>>()
  pools.mockReturnValueOnce(slow.promise).mockResolvedValue(poolOf('new'))
  snapshots.changed('alpha')
  const early = seen()
  await vi.waitFor(() => expect(pools).toHaveBeenCalledTimes(2))
  snapshots.changed('alpha')
  expect(await seen()).toBe('new')
  slow.resolve(poolOf('old'))
  expect(await early).toBe('new')
  expect(await seen()).toBe('new')
})

test('a look that failed is made anew, also at once', async () => {
  pools.mockRejectedValueOnce(new Error('gone')).mockResolvedValue(poolOf('new'))
  snapshots.changed('alpha')
  await expect(snapshots.of('alpha')).rejects.toThrow('gone')
  expect(await seen()).toBe('new')
})
