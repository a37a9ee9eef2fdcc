import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'

import { fakeClient, refusal } from '../libvirt/testing/fake-client.ts'
import { withFolderPool } from './folder-pool.ts'
import { dropLooks, lookIntoDirectory, lookXml, ownLooks } from './look-into-directory.ts'

const { client } = await fakeClient()
const nowMs = Date.UTC(2026, 0, 1)

beforeEach(() => void vi.useFakeTimers({ now: nowMs, toFake: ['Date'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
afterAll(() => client.close())

/** The name of a look that began so long ago. */
function nameOf(minutesAgo: number, process = ownLooks): string {
  vi.setSystemTime(nowMs - minutesAgo * 60_000)
  const name = /<name>(.*)<\/name>/.exec(lookXml('/srv/a'))?.[1] ?? ''
  vi.setSystemTime(nowMs)
  return name.replace(ownLooks, process)
}

const dead = 'ballast-look-00000001-'
const living = 'ballast-look-00000002-'

async function dropped(of: string | null, names: string[]) {
  const pools = names.map((name) => ({ name, uuid: name }))
  vi.spyOn(client.pools, 'list').mockResolvedValue(pools)
  const destroy = vi.spyOn(client.pools, 'destroy').mockResolvedValue()
  await dropLooks(client, of)
  return destroy.mock.calls.map(([uuid]) => uuid)
}

test('looks of a dead Ballast are ended; those of this one and of others are not', async () => {
  const gone = nameOf(0, dead)
  expect(await dropped(dead, ['default', nameOf(0), nameOf(20, living), gone])).toEqual([
    gone,
  ])
})

test('where nobody knows who died, those are ended that no look could last', async () => {
  const old = [nameOf(31, living), 'ballast-look-0123456789ab']
  expect(await dropped(null, [nameOf(29), nameOf(0, dead), 'ballast-x', ...old])).toEqual(
    old,
  )
})

test('a look that somebody else ended is no failure of what was looked for', async () => {
  vi.spyOn(client.pools, 'list').mockResolvedValue([])
  vi.spyOn(client.pools, 'createXml').mockResolvedValue({ name: nameOf(0), uuid: 'u' })
  vi.spyOn(client.pools, 'getXml').mockResolvedValue(
    `<pool type='dir'><name>x</name><target><path>/srv/a</path></target></pool>`,
  )
  vi.spyOn(client.pools, 'isActive').mockResolvedValue(true)
  vi.spyOn(client.volumes, 'list').mockResolvedValue([])
  const destroy = vi
    .spyOn(client.pools, 'destroy')
    .mockRejectedValue(refusal(49, 'no storage pool with matching uuid'))
  expect(await lookIntoDirectory(client, '/srv/a', async ({ name }) => name)).toBe('a')
  expect(await withFolderPool(client, '/srv/a', async () => 'worked')).toBe('worked')
  expect(destroy).toHaveBeenCalledTimes(2)
})
