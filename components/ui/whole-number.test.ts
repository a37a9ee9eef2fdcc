import { expect, it } from 'vitest'

import { wholeNumber } from './whole-number.ts'

it.each([
  ['4', 4],
  [' 12 ', 12],
  ['0', null],
  ['13', null],
  ['1.5', null],
  ['-1', null],
  ['1e1', null],
  ['', null],
])('%j from 1 to 12 is %j', (text, number) => {
  expect(wholeNumber(text, 1, 12)).toBe(number)
})
