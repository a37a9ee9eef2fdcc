import { expect, test } from 'vitest'

import { shownRows, sizingCsv, sizingTotals } from './sizing-rows.ts'

const row = (name: string, savingKiB: number | null) => ({
  host: 'alpha',
  uuid: `uuid-${name}`,
  name,
  sizeKiB: 100,
  p50KiB: 1,
  p95KiB: 2,
  maxKiB: 3,
  coveredSeconds: 600,
  suggestedKiB: savingKiB === null ? null : 100 - savingKiB,
  savingKiB,
})
const rows = [row('b', 10), row('a', null), row('c', -20), row('=d', 30)]
const names = (search: string, descending: boolean) =>
  shownRows(rows, { search, sort: 'saving', descending }).map(({ name }) => name)

test('sorts by saving, with what is not known last either way', () => {
  expect(names('', true)).toEqual(['=d', 'b', 'c', 'a'])
  expect(names('', false)).toEqual(['c', 'b', '=d', 'a'])
})

test('searches names and hosts', () => {
  expect(names('B', true)).toEqual(['b'])
  expect(names('alph', true)).toHaveLength(4)
})

test('sums what could be saved and what is missing apart', () => {
  expect(sizingTotals(rows)).toEqual({ known: 3, savedKiB: 40, missingKiB: 20 })
  // No negative zero: it would be shown.
  expect(sizingTotals([])).toEqual({ known: 0, savedKiB: 0, missingKiB: 0 })
})

test('the CSV has a line a domain, and no formula', () => {
  const lines = sizingCsv(rows).trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^host,domain,uuid,size_kib/)
  expect(lines[4]).toBe("alpha,'=d,uuid-=d,100,1,2,3,70,30,600")
  expect(lines[2]).toBe('alpha,a,uuid-a,100,1,2,3,,,600')
})
