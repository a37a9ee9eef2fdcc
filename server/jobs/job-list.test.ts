import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { jobLimits, jobQuery } from '../contract/job.ts'
import type { JobKind } from '../contract/job.ts'
import { ProblemError } from '../contract/problem.ts'
import { Store } from '../store/store.ts'
import { Jobs } from './index.ts'
import { create, held, move, uuid } from './testing/test-work.ts'

let store: Store
let jobs: Jobs
const logger = { warn: vi.fn(), error: vi.fn() }

beforeEach(() => {
  store = new Store(':memory:')
  jobs = new Jobs({ store: store.jobs, logger })
})
afterEach(async () => {
  await jobs.close()
  store.close()
})

const all = (over: object = {}) => jobs.list(jobQuery.parse(over), 0, 200)

test('the list is filtered by all it can be filtered by', async () => {
  await jobs.start(move('web1'), async () => null).ended
  await jobs.start(create({ domains: [] }), async () => Promise.reject(new Error('x')))
    .ended
  const found = (over: object) => all(over).jobs.map(({ kind }) => kind as JobKind)
  expect(found({})).toEqual(['create', 'migration'])
  expect(found({ kinds: ['create'] })).toEqual(['create'])
  expect(found({ states: ['failed'] })).toEqual(['create'])
  expect(found({ host: 'beta' })).toEqual(['migration'])
  expect(found({ uuid })).toEqual(['migration'])
  expect(found({ owner: 'bob' })).toHaveLength(2)
  expect(found({ owner: 'ann' })).toEqual([])
  expect(found({ search: 'WEB1' })).toHaveLength(2)
  expect(found({ search: 'beta' })).toEqual(['migration'])
  expect(found({ parent: 'none' })).toHaveLength(2)
})

test('the list loses a job that is taken off it, but none that runs', async () => {
  const { work, finish } = held()
  const { id, ended } = jobs.start(move('web1'), work)
  expect(() => jobs.remove(id)).toThrow(/has not ended/)
  finish()
  await ended
  jobs.remove(id)
  expect(() => jobs.get(id)).toThrow(ProblemError)
  expect(
    new Jobs({ store: store.jobs, logger }).list(jobQuery.parse({}), 0, 10).total,
  ).toBe(0)
})

test('the list forgets what is too old', async () => {
  let now = 1_000
  await jobs.close()
  jobs = new Jobs({ store: store.jobs, logger, nowMs: () => now })
  await jobs.start(move('old'), async () => null).ended
  now += (jobLimits.keptDays + 1) * 86_400_000
  await jobs.start(move('new'), async () => null).ended
  expect(all().jobs.map(({ title }) => title.domain)).toEqual(['new'])
})
