import { describe, expect, test } from 'vitest'

import { leastSpanMs, spanOfDrag, timeAt } from './drag-span.ts'

const shown = { fromMs: 1_000_000, toMs: 2_000_000 }

describe('a drag over a drawing of 500 px', () => {
  test('chooses what lies under it, whichever way it goes', () => {
    const span = { fromMs: 1_200_000, toMs: 1_600_000 }
    expect(spanOfDrag(100, 300, 500, shown, false)).toEqual(span)
    expect(spanOfDrag(300, 100, 500, shown, false)).toEqual(span)
  })
  test('of a few pixels is a click', () => {
    expect(spanOfDrag(100, 104, 500, shown, false)).toBeNull()
  })
  test('with Shift moves the time along with the hand', () => {
    const span = { fromMs: 800_000, toMs: 1_800_000 }
    expect(spanOfDrag(100, 200, 500, shown, true)).toEqual(span)
  })
  test('never chooses less than can be seen', () => {
    const hour = { fromMs: 0, toMs: 60_000 }
    const span = spanOfDrag(100, 110, 500, hour, false)!
    expect(span.toMs - span.fromMs).toBe(leastSpanMs)
  })
  test('beyond the edge ends at the edge', () => {
    expect(timeAt(-50, 500, shown)).toBe(shown.fromMs)
    expect(timeAt(700, 500, shown)).toBe(shown.toMs)
  })
})
