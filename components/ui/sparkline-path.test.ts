import { describe, expect, it } from 'vitest'

import { extent, sparklinePath } from './sparkline-path.ts'

const box = { width: 100, height: 10, min: 0, max: 10 }

describe('sparklinePath', () => {
  it('draws from left to right, small values low', () => {
    expect(sparklinePath([0, 5, 10], box)).toBe('M0 10L50 5L100 0')
  })

  it('leaves a gap for null, and shows a lone point', () => {
    expect(sparklinePath([0, null, 10, 10], box)).toBe('M0 10h1M66.7 0L100 0')
  })

  it('draws nothing of nothing, and one value as a dash', () => {
    expect(sparklinePath([], box)).toBe('')
    expect(sparklinePath([null, Number.NaN], box)).toBe('')
    expect(sparklinePath([3], box)).toBe('M0 7h1')
  })

  it('puts a flat line in the middle when there is no range, and cuts what is outside', () => {
    expect(sparklinePath([4, 4], { ...box, min: 4, max: 4 })).toBe('M0 5L100 5')
    expect(sparklinePath([-5, 50], box)).toBe('M0 10L100 0')
  })
})

it('extent skips gaps', () => {
  expect(extent([null, 3, -1, null])).toEqual([-1, 3])
  expect(extent([null])).toBeNull()
})
