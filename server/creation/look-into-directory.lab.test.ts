import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { LibvirtClient } from '../libvirt/client.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { withFolderPool } from './folder-pool.ts'
import { lookIntoDirectory } from './look-into-directory.ts'

const host = getLab().host('gamma')
const folder = '/srv/looked-at'
/** As another Ballast would name its own. */
const foreign = 'ballast-look-00000000-x-y'
const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
const clients: LibvirtClient[] = []

beforeAll(async () => {
  for (let count = 0; count < 2; count++)
    clients.push(await LibvirtClient.connect(host.uri, { openTransport }))
})
afterAll(() => Promise.all(clients.map((client) => client.close())))
beforeEach(() => host.exec('sh', '-c', `mkdir -p ${folder}; touch ${folder}/one.img`))
afterEach(async () => {
  await host.exec('rm', '-rf', folder)
  await host.virsh('pool-destroy', foreign).catch(() => undefined)
})

const looks = async () =>
  (await host.virsh('pool-list', '--name')).split('\n').filter((name) => /look/.test(name))

test('many look into a directory at once, over any connection, and leave nothing', async () => {
  const seen = await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      lookIntoDirectory(clients[at % 2]!, folder, async ({ volumes }) => {
        expect(await looks()).toHaveLength(1)
        return volumes.map(({ name }) => name)
      }),
    ),
  )
  expect(seen).toEqual(Array.from({ length: 6 }, () => ['one.img']))
  expect(await looks()).toEqual([])
})

test('who works on in a folder keeps its pool when another one is ready', async () => {
  const [one, two] = [clients[0]!, clients[1]!]
  const joined = Promise.withResolvers<void>()
  const first = withFolderPool(one, folder, async () => await joined.promise)
  await expect.poll(looks).toHaveLength(1)
  await withFolderPool(two, folder, async ({ name }) => {
    joined.resolve()
    await first
    expect(await looks()).toEqual([name])
  })
  expect(await looks()).toEqual([])
})

test('the look of another Ballast is waited for, and never ended', async () => {
  await host.virsh('pool-create-as', foreign, 'dir', '--target', folder)
  let seen = false
  const look = lookIntoDirectory(clients[0]!, folder, async ({ volumes }) => {
    seen = true
    return volumes.length
  })
  // The list of pools is asked for after each refusal.
  await clients[1]!.pools.list()
  expect(await looks()).toEqual([foreign])
  expect(seen).toBe(false)
  await host.virsh('pool-destroy', foreign)
  expect(await look).toBe(1)
})

test('a directory that is not there, and one of an inactive pool, are told apart', async () => {
  expect(await lookIntoDirectory(clients[0]!, '/srv/not-there', async () => 1)).toBeNull()
  await host.virsh('pool-define-as', 'asleep', 'dir', '--target', folder)
  try {
    await expect(lookIntoDirectory(clients[0]!, folder, async () => 1)).rejects.toThrow(
      "conflict with pool: 'asleep'",
    )
  } finally {
    await host.virsh('pool-undefine', 'asleep')
  }
})
