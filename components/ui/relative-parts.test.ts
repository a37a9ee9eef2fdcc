import { expect, it } from 'vitest'

import { relativeParts } from './relative-parts.ts'

it.each([
  [-500, { value: -0, unit: 'second' }],
  [-59_999, { value: -59, unit: 'second' }],
  [-60_000, { value: -1, unit: 'minute' }],
  [-3_600_000 * 5, { value: -5, unit: 'hour' }],
  [86_400_000 * 3, { value: 3, unit: 'day' }],
  [-86_400_000 * 45, { value: -1, unit: 'month' }],
  [-86_400_000 * 800, { value: -2, unit: 'year' }],
])('%d ms', (distanceMs, expected) => {
  expect(relativeParts(distanceMs)).toEqual(expected)
})
