import { expect, test } from 'vitest'

import { cpuSetText, parseCpuSet } from './cpu-set.ts'

test('sets are read as libvirt reads them', () => {
  expect(parseCpuSet('0-3,8')).toEqual([0, 1, 2, 3, 8])
  expect(parseCpuSet('0-3,^2, 9')).toEqual([0, 1, 3, 9])
  expect(parseCpuSet('^2,0-3')).toEqual([0, 1, 2, 3])
})

test.each(['', 'all', '3-1', '1,,2', '-1', '0-99999', '^1-2', '0x1', '1;2'])(
  'what is none is none: %s',
  (text) => expect(parseCpuSet(text)).toBeNull(),
)

test('the shortest text', () => {
  expect(cpuSetText([8, 1, 0, 2, 2])).toBe('0-2,8')
  expect(cpuSetText([0, 2, 4])).toBe('0,2,4')
  expect(cpuSetText([])).toBe('')
})
