import { describe, expect, it } from 'vitest'

import { rowOf, windowFor } from './fleet-window.ts'

describe('windowFor', () => {
  it.each([
    [0, 0, { offset: 0, limit: 25 }],
    [0, 14, { offset: 0, limit: 25 }],
    [0, 15, { offset: 0, limit: 50 }],
    [34, 55, { offset: 0, limit: 75 }],
    [35, 55, { offset: 25, limit: 50 }],
    [9_990, 9_999, { offset: 9_975, limit: 50 }],
    [0, 9_999, { offset: 0, limit: 200 }],
  ])('rows %i to %i are asked for as %o', (first, last, expected) => {
    expect(windowFor({ first, last })).toEqual(expected)
  })

  it('always covers what is in sight, with room on both sides', () => {
    for (let first = 0; first < 300; first++) {
      const { offset, limit } = windowFor({ first, last: first + 30 })
      expect(offset).toBeLessThanOrEqual(Math.max(0, first - 10))
      expect(offset + limit).toBeGreaterThanOrEqual(first + 41)
    }
  })
})

describe('rowOf', () => {
  it('knows only the rows of the window', () => {
    expect(rowOf(null, 0)).toBeUndefined()
    expect(rowOf({ total: 9, matched: 9, offset: 5, rows: [] }, 4)).toBeUndefined()
  })
})
