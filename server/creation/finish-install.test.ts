import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Jobs, UnkeptJobStore } from '../jobs/index.ts'
import { fakeClient, refusal } from '../libvirt/testing/fake-client.ts'
import { CreationWork } from './creation-work.ts'
import { install } from './finish-install.ts'
import { labPlan } from './testing/lab-plan.ts'

const uuid = '6f8a7c1e-0000-4000-8000-000000000001'
const folder = '/var/lib/libvirt/boot'
const file = (name: string) => ({ kind: 'file' as const, folder, name })
const { client } = await fakeClient()

afterEach(() => vi.restoreAllMocks())
afterAll(() => client.close())

/** The installation and what follows, of a guest whose host removes no media. */
async function installed(
  waitMinutes: number,
  connect: () => Promise<typeof client> = async () => client,
) {
  const plan = labPlan({ name: 'web1', uuid, installs: true, over: { waitMinutes } })
  const logger = { warn: vi.fn(), error: vi.fn() }
  const jobs = new Jobs({ store: new UnkeptJobStore(), logger })
  const undone = vi.fn(async () => {})
  const job = jobs.start(
    {
      kind: 'create',
      title: { name: 'web1', host: 'alpha' },
      owner: { type: 'user', name: 'otto' },
      hosts: ['alpha'],
      cancel: 'undo',
    },
    async (handle) => {
      handle.plan(['install', 'finish'])
      const work = new CreationWork(handle, {
        host: 'alpha',
        plan,
        uuid,
        cloudInitImage: null,
        keepOnFailure: false,
        validate: false,
        connect,
        changed: () => undefined,
      })
      work.memory.media = [file('vmlinuz'), file('web1-cloudinit.iso')]
      await install(work, handle.undo('domain web1', undone))
      return { host: 'alpha', uuid, name: 'web1' }
    },
  )
  const end = await job.ended
  expect(undone).not.toHaveBeenCalled()
  return end
}

beforeEach(() => {
  vi.spyOn(client, 'close').mockResolvedValue()
  vi.spyOn(client.events, 'subscribe').mockResolvedValue({
    unsupported: [],
    unsubscribe: async () => {},
  })
  vi.spyOn(client.domains, 'isPersistent').mockResolvedValue(true)
  vi.spyOn(client.domains, 'start').mockResolvedValue({ name: 'web1', uuid, id: 7 })
  vi.spyOn(client.pools, 'list').mockRejectedValue(refusal(38, 'the storage is stuck'))
})

const named = [
  `file ${folder}/vmlinuz: the storage is stuck`,
  `file ${folder}/web1-cloudinit.iso: the storage is stuck`,
]

test('a guest that is left to itself is no failure when its media stay: they are named', async () => {
  expect(await installed(0)).toMatchObject({ state: 'done', summary: { leftovers: named } })
})

test('nor is one whose host cannot be reached then', async () => {
  const end = await installed(0, () => Promise.reject(new Error('no route')))
  expect(end.state).toBe('done')
  expect(end.summary.leftovers[0]).toBe(`file ${folder}/vmlinuz: no route`)
})

test('nor one that runs as it stays', async () => {
  vi.spyOn(client.domains, 'getState').mockResolvedValue({
    state: 'shutoff',
    reason: 'shutdown',
  })
  expect(await installed(-1)).toMatchObject({
    state: 'done',
    summary: { leftovers: named },
  })
  expect(client.domains.start).toHaveBeenCalledWith(uuid)
})

test('of one whose installation takes too long the media are removed, or named', async () => {
  vi.spyOn(client.domains, 'getState').mockResolvedValue({
    state: 'running',
    reason: 'booted',
  })
  const end = await installed(1e-6)
  expect(end).toMatchObject({ state: 'failed', summary: { leftovers: named } })
  expect(end.summary.problem?.code).toBe('timeout')
})
