import { describe, expect, test } from 'vitest'

import { rowsToDraw, scrollTopFor } from './row-window.ts'

/** Ten rows of 50 px below a header of 30 px. */
const table = {
  count: 10_000,
  rowHeight: 50,
  headerHeight: 30,
  scrollTop: 0,
  viewHeight: 530,
}

describe('the rows to draw', () => {
  test.each([
    { scrollTop: 0, spare: 0, rows: [0, 9] },
    { scrollTop: 1, spare: 0, rows: [0, 10] },
    { scrollTop: 50, spare: 0, rows: [1, 10] },
    { scrollTop: 5_025, spare: 0, rows: [100, 110] },
    { scrollTop: 5_025, spare: 8, rows: [92, 118] },
    { scrollTop: 200, spare: 8, rows: [0, 21] },
    // The end, and beyond it, as when the list was just filtered.
    { scrollTop: 499_500, spare: 8, rows: [9_982, 9_999] },
    { scrollTop: 600_000, spare: 0, rows: [9_999, 9_999] },
  ])('from $scrollTop px with $spare to spare', ({ scrollTop, spare, rows }) => {
    const { first, last } = rowsToDraw({ ...table, scrollTop }, spare)
    expect([first, last]).toEqual(rows)
  })

  test('none of none, and none before the height is known', () => {
    expect(rowsToDraw({ ...table, count: 0 }, 8)).toEqual({ first: 0, last: -1 })
    expect(rowsToDraw({ ...table, viewHeight: 0 }, 8)).toEqual({ first: 0, last: -1 })
  })
})

describe('a row comes into sight', () => {
  test.each([
    { index: 0, scrollTop: 0, goes: 0 },
    { index: 9, scrollTop: 0, goes: 0 },
    { index: 10, scrollTop: 0, goes: 50 },
    { index: 9_999, scrollTop: 0, goes: 499_500 },
    { index: 99, scrollTop: 5_025, goes: 4_950 },
    { index: 100, scrollTop: 5_025, goes: 5_000 },
    { index: 101, scrollTop: 5_025, goes: 5_025 },
    { index: 110, scrollTop: 5_025, goes: 5_050 },
  ])('$index from $scrollTop px', ({ index, scrollTop, goes }) => {
    expect(scrollTopFor(index, { ...table, scrollTop })).toBe(goes)
  })

  test('its top, where the view is lower than a row', () => {
    expect(scrollTopFor(3, { ...table, viewHeight: 60 })).toBe(150)
  })
})
