import { expect, it } from 'vitest'

import { rowKeyTarget } from './virtual-table-keys.ts'

it.each([
  ['ArrowDown', 5, 6],
  ['ArrowUp', 0, 0],
  ['ArrowDown', 9, 9],
  ['PageDown', 5, 9],
  ['PageUp', 5, 1],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['Enter', 5, null],
  ['toString', 5, null],
])('%s from %d leads to %s', (key, index, expected) => {
  expect(rowKeyTarget(key, index, 10, 4)).toBe(expected)
})

it('goes nowhere in an empty table', () => {
  expect(rowKeyTarget('Home', 0, 0, 4)).toBeNull()
})
