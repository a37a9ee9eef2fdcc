import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { jobQuery } from '../contract/job.ts'
import type { JobState } from '../contract/job.ts'
import { ProblemError } from '../contract/problem.ts'
import { Store } from '../store/store.ts'
import { JobInterrupted, Jobs } from './index.ts'
import type { JobHandle } from './index.ts'
import { create, held, made, move, owner, uuid } from './testing/test-work.ts'

let store: Store
let jobs: Jobs
const onBegin = vi.fn()
const onEnd = vi.fn()
const logger = { warn: vi.fn(), error: vi.fn() }

beforeEach(() => {
  store = new Store(':memory:')
  jobs = new Jobs({ store: store.jobs, logger, onBegin, onEnd })
})
afterEach(async () => {
  await jobs.close()
  store.close()
  vi.clearAllMocks()
})

/** As after a restart of the process: nothing is in memory. */
function restarted(): Jobs {
  jobs = new Jobs({ store: store.jobs, logger, onBegin, onEnd })
  return jobs
}

const stateOf = (id: string): JobState => jobs.get(id).job.state
const all = (over: object = {}) => jobs.list(jobQuery.parse(over), 0, 200)

describe('a job', () => {
  test('shows its steps, progress, log and result, and all is kept', async () => {
    const started = jobs.start(create(), async (job) => {
      job.plan(['volumes', 'define', 'start'])
      await job.step('volumes', async (step) => {
        step.note('web1.qcow2')
        step.progress({ done: 5, total: 10, unit: 'bytes' })
        job.log('made web1.qcow2')
        expect(stateOf(job.id)).toBe('running')
        expect(jobs.get(job.id).job.step).toBe('volumes')
      })
      await job.step('define', async () => job.addDomain(made))
      job.skip('start', 'not asked for')
      return made
    })
    expect(await started.ended).toMatchObject({ state: 'done', result: made })
    const before = jobs.get(started.id)
    expect(before.job.steps.map(({ name, state }) => [name, state])).toEqual([
      ['volumes', 'done'],
      ['define', 'done'],
      ['start', 'skipped'],
    ])
    expect(before.job.domains).toEqual([made])
    expect(before.log.map(({ text }) => text)).toEqual(['made web1.qcow2'])
    expect(onEnd).toHaveBeenCalledOnce()
    expect(restarted().get(started.id)).toEqual(before)
  })

  test('that fails undoes what it made, last first, and names what is left over', async () => {
    const undone: string[] = []
    const started = jobs.start(create(), async (job) => {
      job.undo('volume a', async () => void undone.push('a'))
      job.undo('volume b', async () => {
        undone.push('b')
        throw new Error('pool is gone')
      })
      const forget = job.undo('volume c', async () => void undone.push('c'))
      forget()
      return await job.step('define', () => {
        throw new ProblemError('conflict', {
          detail: 'The name is taken',
          issues: [{ path: 'name', message: 'is taken' }],
        })
      })
    })
    expect(await started.ended).toMatchObject({ state: 'failed', result: null })
    expect(undone).toEqual(['b', 'a'])
    const { job } = jobs.get(started.id)
    expect(job.leftovers).toEqual(['volume b: pool is gone'])
    expect(job.problem).toMatchObject({ code: 'conflict', issues: [{ path: 'name' }] })
    expect(job.steps).toMatchObject([{ name: 'define', state: 'failed' }])
  })

  test('keeps what it made when it was told to', async () => {
    const undo = vi.fn(async () => {})
    const started = jobs.start(create(), async (job) => {
      job.undo('volume a', undo)
      job.keep()
      throw new Error('no')
    })
    expect((await started.ended).state).toBe('failed')
    expect(undo).not.toHaveBeenCalled()
  })

  test('that gives what its kind does not know fails instead of being done', async () => {
    const wrong = async () => JSON.parse('{"host":"alpha"}')
    const { ended } = jobs.start(create(), wrong)
    expect((await ended).state).toBe('failed')
  })
})

describe('cancelling', () => {
  test('aborts, undoes, and says who did it', async () => {
    const undo = vi.fn(async () => {})
    const { work } = held()
    const started = jobs.start(move('web1'), async (job) => {
      job.undo('prepared target', undo)
      return await job.step('transfer', () => work(job))
    })
    expect(jobs.cancel(started.id, 'ann')).toMatchObject({
      state: 'stopping',
      cancel: { blocked: 'stopping' },
    })
    expect(() => jobs.cancel(started.id, 'ann')).toThrow(ProblemError)
    const { state, summary } = await started.ended
    expect(state).toBe('cancelled')
    expect(summary.problem).toMatchObject({ code: 'cancelled', detail: 'ann cancelled it' })
    expect(undo).toHaveBeenCalledOnce()
    expect(() => jobs.cancel(started.id, 'ann')).toThrow(/has ended/)
  })

  test('is refused with the reason while it is not possible', async () => {
    const { work, finish } = held()
    const started = jobs.start(move('web1'), (job) => {
      job.cancellation({ blocked: 'post-copy' })
      return work(job)
    })
    expect(() => jobs.cancel(started.id, 'ann')).toThrow(/aborting would lose it/)
    finish()
    expect((await started.ended).state).toBe('done')
  })

  test('goes on to the parts, also to those that wait', async () => {
    jobs.register('migration', { limit: 1 })
    const first = held()
    const parent = jobs.start(
      {
        kind: 'evacuate',
        title: { host: 'alpha', count: 2 },
        owner,
        hosts: ['alpha'],
        domains: [{ host: 'alpha', uuid, name: 'web1' }],
        cancel: 'children',
      },
      async (job) => {
        const spec = { kind: 'migration', cancel: 'source', hosts: ['alpha'] } as const
        const title = { domain: 'web1', from: 'alpha', to: 'beta' }
        // The part works on what its parent holds.
        const domains = [{ host: 'alpha', uuid, name: 'web1' }]
        const one = job.child<'migration'>({ ...spec, title, domains }, first.work)
        const two = job.child<'migration'>({ ...spec, title }, first.work)
        await Promise.all([one.ended, two.ended])
        job.signal.throwIfAborted()
        return null
      },
    )
    const parts = all({ parent: parent.id }).jobs
    expect(parts.map(({ state }) => state).sort()).toEqual(['queued', 'running'])
    expect(jobs.get(parent.id).job.children).toEqual({ total: 2, active: 2, failed: 0 })
    jobs.cancel(parent.id, 'ann')
    expect((await parent.ended).state).toBe('cancelled')
    expect(all({ parent: parent.id, states: ['cancelled'] }).matched).toBe(2)
    expect(jobs.get(parent.id).job.children).toEqual({ total: 2, active: 0, failed: 2 })
  })
})

describe('what waits for what', () => {
  test('a domain under a job is refused to another, on both of its hosts', async () => {
    const first = held()
    const moving = jobs.start(move('web1'), first.work)
    const resize = (host: string) =>
      jobs.start(
        {
          kind: 'resize',
          title: { domain: 'web1', targetKiB: 1 },
          owner,
          domains: [{ host, uuid, name: 'web1' }],
          cancel: 'keep',
        },
        async () => null,
      )
    for (const host of ['alpha', 'beta']) {
      expect(() => resize(host)).toThrow(`Job ${moving.id} (migration, begun by bob)`)
    }
    // A new domain may not take the name under way either.
    expect(() => jobs.start(create(), async () => made)).toThrow(ProblemError)
    expect(jobs.heldBy('beta', uuid)?.id).toBe(moving.id)
    first.finish()
    await moving.ended
    expect(jobs.heldBy('beta', uuid)).toBeNull()
    expect((await resize('alpha').ended).state).toBe('done')
  })

  test('a job that may wait begins when the other has ended', async () => {
    const first = held()
    const moving = jobs.start(move('web1'), first.work)
    const waiting = jobs.start(move('web1', { whenLocked: 'wait' }), async () => null)
    expect(waiting.summary()).toMatchObject({
      state: 'queued',
      waitingFor: { reason: 'lock', job: moving.id },
    })
    first.finish()
    expect((await waiting.ended).state).toBe('done')
  })

  test('no more of a kind run on a host than it allows', async () => {
    jobs.register('migration', { limitPerHost: 2 })
    const works = [held(), held(), held()]
    const started = works.map(({ work }, at) =>
      jobs.start(move(`web${at}`, { domains: [] }), work),
    )
    expect(started.map(({ id }) => stateOf(id))).toEqual(['running', 'running', 'queued'])
    expect(started[2]!.summary().waitingFor).toEqual({ reason: 'limit', job: null })
    works[0]!.finish()
    await started[0]!.ended
    expect(stateOf(started[2]!.id)).toBe('running')
    for (const { finish } of works) finish()
    await Promise.all(started.map(({ ended }) => ended))
  })
})

describe('the end of the server', () => {
  test('in order: jobs are undone and interrupted, those that hosts go on with are left', async () => {
    jobs.register('migration', { onShutdown: 'leave' })
    const undo = vi.fn(async () => {})
    const leaving = jobs.start(move('web1', { domains: [] }), held().work)
    const aborting = jobs.start(create(), async (job) => {
      job.undo('volume', undo)
      await held().work(job)
      return made
    })
    await jobs.close()
    expect(undo).toHaveBeenCalledOnce()
    expect((await aborting.ended).state).toBe('interrupted')
    expect(() => jobs.start(create(), async () => made)).toThrow(ProblemError)
    const next = restarted()
    expect(stateOf(leaving.id)).toBe('running')
    next.recover()
    expect(next.get(leaving.id).job).toMatchObject({
      state: 'interrupted',
      problem: { code: 'interrupted' },
    })
  })

  test('by surprise: a recoverer goes on with the same job, with what it had noted', async () => {
    const killed = jobs
    const before = jobs.start(move('web1'), async (job) => {
      job.log('began')
      job.remember({ cookie: 7 })
      return await held().work(job)
    })
    const after = held()
    const recover = vi.fn((job: JobHandle<'migration'>) => after.work(job))
    restarted().register('migration', { recover })
    jobs.recover()
    expect(recover.mock.calls[0]).toMatchObject([{ id: before.id }, { cookie: 7 }])
    expect(onBegin.mock.calls).toMatchObject([
      [{ id: before.id }, false],
      [{ id: before.id }, true],
    ])
    expect(stateOf(before.id)).toBe('running')
    expect(jobs.heldBy('beta', uuid)?.id).toBe(before.id)
    after.finish()
    await vi.waitFor(() => expect(stateOf(before.id)).toBe('done'))
    const texts = jobs.get(before.id).log.map(({ text }) => text)
    expect(texts).toEqual(['began', 'Ballast was started again'])
    await killed.close()
  })

  test('by surprise: a recoverer that only cleans up ends it as interrupted', async () => {
    const killed = jobs
    const { id } = jobs.start(create(), (job) =>
      held()
        .work(job)
        .then(() => made),
    )
    restarted().register('create', {
      recover: async () => {
        throw new JobInterrupted('Its volumes were removed')
      },
    })
    jobs.recover()
    await vi.waitFor(() => expect(stateOf(id)).toBe('interrupted'))
    expect(jobs.get(id).job.problem?.detail).toBe('Its volumes were removed')
    await killed.close()
  })
})

test('a store that fails does not fail a job, and gets everything later', async () => {
  const save = vi.spyOn(store.jobs, 'save').mockImplementation(() => {
    throw new ProblemError('internal', { detail: 'disk full' })
  })
  const { id, ended } = jobs.start(create(), async (job) => {
    job.log('kept in memory')
    return made
  })
  expect((await ended).state).toBe('done')
  expect(logger.error).toHaveBeenCalled()
  save.mockRestore()
  await jobs.close()
  expect(restarted().get(id)).toMatchObject({
    job: { state: 'done', result: made },
    log: [{ text: 'kept in memory' }],
  })
})
