import { expect, test } from 'vitest'

import { meterText } from './meter.ts'

const text = "Allocating 'a.qcow2'"

test.each([
  [0, 0, '   0 B  00:00'],
  [999, 61, ' 999 B  01:01'],
  [1_000, 0, '1.0 kB  00:00'],
  [128 * 2 ** 20, 5, '128 MB  00:05'],
  [2 * 2 ** 30, 4, '2.0 GB  00:04'],
  [9.96 * 2 ** 30, 4, ' 10 GB  00:04'],
  [1023 * 2 ** 30, 3_600, '1.0 TB  60:00'],
])('%d bytes in %d s', (doneBytes, seconds, end) => {
  const line = meterText({ text, doneBytes, seconds, mark: '', columns: 80 })
  expect(line).toHaveLength(80)
  expect(line.trimEnd()).toBe(`${text.padEnd(59)} | ${end}`)
})

test('a wide terminal has hours, a narrow one cuts the words', () => {
  const of = { text, doneBytes: 0, seconds: 3_661, mark: ' ... ' }
  expect(meterText({ ...of, columns: 100 })).toMatch(/ {2}01:01:01 \.\.\. $/)
  const narrow = meterText({ ...of, columns: 40 })
  expect(narrow).toHaveLength(40)
  expect(narrow).toMatch(/^Allocating 'a\.qcow2 | /)
})
