import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { jobQuery } from '../contract/job.ts'
import { topicDelta, topicFull } from '../contract/live.ts'
import type { TopicDelta } from '../contract/live.ts'
import { ProblemError } from '../contract/problem.ts'
import { Store } from '../store/store.ts'
import { Jobs } from './index.ts'
import { held, move } from './testing/test-work.ts'

let store: Store
let jobs: Jobs

beforeEach(() => {
  vi.useFakeTimers()
  store = new Store(':memory:')
  const logger = { warn: vi.fn(), error: vi.fn() }
  jobs = new Jobs({ store: store.jobs, logger })
})
afterEach(async () => {
  await jobs.close()
  store.close()
  vi.useRealTimers()
})

test('a job: what came after the full state completes it', async () => {
  const { work, finish } = held()
  const { id, ended } = jobs.start(move('web1'), async (job) => {
    job.log('one')
    job.point({ memoryRemainingBytes: 10 }, 1)
    await work(job)
    job.log('two')
    job.point({ memoryRemainingBytes: 0 }, 2)
    return null
  })
  const deltas: TopicDelta[] = []
  const handle = jobs.open(
    { name: 'job', id },
    {
      delta: (data) => void deltas.push(topicDelta.job.parse(data) as TopicDelta),
      gone: () => {},
    },
  )
  const full = topicFull.job.parse(handle.full())
  expect(full.log.map(({ text }) => text)).toEqual(['one'])
  finish()
  await ended
  await vi.advanceTimersByTimeAsync(1000)
  const appended = deltas.flatMap((delta) => ('log' in delta ? delta.log : []))
  expect([...full.log, ...appended]).toEqual(jobs.get(id).log)
  expect(deltas.at(-1)).toMatchObject({ job: { state: 'done' } })
  expect(topicFull.job.parse(handle.full())).toEqual(topicFull.job.parse(jobs.get(id)))
  expect(jobs.get(id).series).toMatchObject({
    tMs: [1, 2],
    columns: { memoryRemainingBytes: [10, 0], dirtyBytesPerSecond: [null, null] },
  })
})

test('many changes become few frames', async () => {
  const { work, finish } = held()
  const { ended } = jobs.start(move('web1'), async (job) => {
    for (let done = 0; done < 1000; done++) {
      job.progress({ done, total: 1000, unit: 'count' })
    }
    return await work(job)
  })
  const frames: TopicDelta[] = []
  const query = jobQuery.parse({ states: ['running'] })
  jobs.open(
    { name: 'jobs', query, offset: 0, limit: 10 },
    { delta: (data) => void frames.push(data), gone: () => {} },
  )
  finish()
  await ended
  await vi.advanceTimersByTimeAsync(2000)
  expect(frames).toHaveLength(1)
  expect(frames[0]).toMatchObject({ matched: 0, keys: [], jobs: [] })
})

test('of a job that is not there', () => {
  expect(() =>
    jobs.open({ name: 'job', id: '99' }, { delta: () => {}, gone: () => {} }),
  ).toThrow(ProblemError)
})
