import { expect, test } from 'vitest'

import { csvCell, seriesCsv } from './export.ts'

test.each([
  ['db1', 'db1'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
  ['+1', "'+1"],
  ['line\nbreak', '"line\nbreak"'],
])('the cell %s', (value, cell) => expect(csvCell(value)).toBe(cell))

test('numbers stay numbers, also below zero, and a gap is empty', () => {
  expect(csvCell(-5)).toBe('-5')
  expect(csvCell(null)).toBe('')
})

test('a chart: one line a step, three columns for a line with a band', () => {
  const line = { key: 'usedKiB', label: 'Used', color: 'red', values: [5, null] }
  const text = seriesCsv(
    [0, 10_000],
    [
      { ...line, band: { min: [1, null], max: [9, null] } },
      { ...line, key: 'rssKiB' },
    ],
  )
  expect(text).toBe(
    'time,usedKiB min,usedKiB avg,usedKiB max,rssKiB\r\n' +
      '1970-01-01T00:00:00.000Z,1,5,9,5\r\n' +
      '1970-01-01T00:00:10.000Z,,,,\r\n',
  )
})
