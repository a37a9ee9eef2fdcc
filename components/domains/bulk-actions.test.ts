import { expect, test } from 'vitest'

import type { DomainState } from '../../server/contract/domain.ts'
import { forEach, suited } from './bulk-actions.ts'
import type { SelectedDomain } from './selection.ts'

const domain = (name: string, state: DomainState = 'running'): SelectedDomain => ({
  key: `alpha/${name}`,
  host: 'alpha',
  hostName: 'Alpha',
  uuid: name,
  name,
  state,
})

test('only those for which an action makes sense are asked', () => {
  const domains = [domain('a'), domain('b', 'shut-off'), domain('c', 'paused')]
  const names = (action: Parameters<typeof suited>[0]) =>
    suited(action, domains).map(({ name }) => name)
  expect(names('start')).toEqual(['b'])
  expect(names('shutdown')).toEqual(['a'])
  expect(names('resume')).toEqual(['c'])
})

test('a few at a time, and one that fails does not stop the others', async () => {
  const domains = Array.from({ length: 11 }, (_, at) => domain(`d${at}`))
  let underWay = 0
  let most = 0
  const outcome = await forEach(domains, async ({ name }) => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    if (name === 'd3') throw new Error('no')
  })
  expect(most).toBe(4)
  expect(outcome.done).toHaveLength(10)
  expect(outcome.failed.map(({ domain: { name } }) => name)).toEqual(['d3'])
})
