import { expect, it } from 'vitest'

import { formatDuration, shareOf, withSizes } from './job-words.ts'
import { toJobQuery } from './jobs-query.ts'

it.each([
  [0, '0:00'],
  [7_900, '0:07'],
  [750_000, '12:30'],
  [3_723_000, '1:02:03'],
  [-5, '0:00'],
])('%i ms took %s', (ms, words) => expect(formatDuration(ms)).toBe(words))

it('knows the share of what has an end', () => {
  expect(shareOf({ done: 1, total: 4, unit: 'bytes' })).toBe(0.25)
  expect(shareOf({ done: 40, total: null, unit: 'percent' })).toBe(0.4)
  expect(shareOf({ done: 9, total: 4, unit: 'count' })).toBe(1)
  expect(shareOf({ done: 9, total: null, unit: 'bytes' })).toBeNull()
  expect(shareOf({ done: 0, total: 0, unit: 'count' })).toBeNull()
  expect(shareOf(null)).toBeNull()
})

it('says sizes in titles with their unit', () => {
  const kib = (value: number) => `${value / 1024} MiB`
  expect(withSizes({ domain: 'web1', targetKiB: 2048 }, kib)).toMatchObject({
    domain: 'web1',
    target: '2 MiB',
  })
})

it('leaves out of the address what the server would refuse', () => {
  const values = { q: ' x ', state: [], kind: [], host: '../x', owner: '', parts: false }
  expect(toJobQuery(values)).toMatchObject({
    search: 'x',
    host: null,
    owner: null,
    parent: 'none',
  })
  expect(toJobQuery({ ...values, parts: true }).parent).toBe('any')
})
