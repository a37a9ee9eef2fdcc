import { afterAll, afterEach, expect, test, vi } from 'vitest'

import { Jobs, UnkeptJobStore } from '../jobs/index.ts'
import type { JobSpec } from '../jobs/index.ts'
import { fakeClient, refusal } from '../libvirt/testing/fake-client.ts'
import { makeHalfVolume, recoverHalfVolume } from './half-volume.ts'
import { HostClients } from './host-clients.ts'

const pool = { name: 'default', uuid: '6f8a7c1e-0000-4000-8000-000000000001' }
const of = { host: 'alpha', pool: 'default', name: 'web1.iso', sizeBytes: 5 }
const { client } = await fakeClient()
const clients = new HostClients({
  uriOf: () => 'qemu:///system',
  connect: async () => client,
})
const spec: JobSpec<'upload'> = {
  kind: 'upload',
  title: { file: of.name, host: 'alpha', pool: 'default' },
  owner: { type: 'user', name: 'otto' },
  hosts: ['alpha'],
  cancel: 'undo',
}
const changed = () => undefined
const room = 2 ** 30

afterEach(() => vi.restoreAllMocks())
afterAll(() => client.close())

/** Somebody else makes the volume between the look and the making. */
function meanwhile(error: Error) {
  const theirs = { pool: 'default', name: of.name, key: '/pool/web1.iso' }
  vi.spyOn(client.pools, 'lookupByName').mockResolvedValue(pool)
  vi.spyOn(client.pools, 'getXml').mockResolvedValue(
    `<pool type='dir'><name>default</name><target><path>/pool</path></target></pool>`,
  )
  vi.spyOn(client.pools, 'info').mockResolvedValue({
    state: 'running',
    capacityBytes: room,
    allocationBytes: 0,
    availableBytes: room,
  })
  vi.spyOn(client.volumes, 'lookupByName')
    .mockRejectedValueOnce(refusal(50, 'no storage vol with matching name'))
    .mockResolvedValue(theirs)
  vi.spyOn(client.volumes, 'create').mockRejectedValue(error)
  return vi.spyOn(client.volumes, 'delete').mockResolvedValue()
}

/** Makes it in a job that fails with it. */
async function making() {
  const logger = { warn: vi.fn(), error: vi.fn() }
  const jobs = new Jobs({ store: new UnkeptJobStore(), logger })
  const remembered: unknown[] = []
  const job = jobs.start(spec, async (handle) => {
    vi.spyOn(handle, 'remember').mockImplementation((value) => remembered.push(value))
    await makeHalfVolume(handle, of, { clients, changed })
    return { volume: 'made' }
  })
  const end = await job.ended
  return { end, remembered: remembered.at(-1), jobs }
}

test('a volume that somebody else made in the same moment is not removed, now or after a crash', async () => {
  const remove = meanwhile(refusal(90, "storage volume 'web1.iso' exists already"))
  const { end, remembered, jobs } = await making()
  expect(end.state).toBe('failed')
  expect(end.summary.problem?.detail).toContain('exists already')
  expect(remove).not.toHaveBeenCalled()
  const after = jobs.start(spec, (job) =>
    recoverHalfVolume(job, remembered, { connectTo: async () => client, changed }),
  )
  expect((await after.ended).summary.problem?.detail).toContain('before anything was made')
  expect(remove).not.toHaveBeenCalled()
})

test('where nobody knows whether it was made, it is removed', async () => {
  const remove = meanwhile(new Error('the connection was lost'))
  const { end, remembered } = await making()
  expect(end.state).toBe('failed')
  expect(remove).toHaveBeenCalledOnce()
  expect(remembered).toMatchObject({ host: 'alpha', thing: { name: 'web1.iso' } })
})
