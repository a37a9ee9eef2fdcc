import { expect, it } from 'vitest'

import { placeTooltip } from './place-tooltip.ts'

const viewport = { width: 400, height: 300 }
const size = { width: 100, height: 20 }

it('stands above, in the middle', () => {
  const anchor = { left: 180, top: 100, width: 40, height: 30 }
  expect(placeTooltip(anchor, size, viewport, 'top')).toEqual({ left: 150, top: 74 })
  expect(placeTooltip(anchor, size, viewport, 'right')).toEqual({ left: 226, top: 105 })
})

it('goes to the other side when there is no room', () => {
  const anchor = { left: 180, top: 5, width: 40, height: 30 }
  expect(placeTooltip(anchor, size, viewport, 'top').top).toBe(41)
  const low = { left: 180, top: 270, width: 40, height: 25 }
  expect(placeTooltip(low, size, viewport, 'bottom').top).toBe(244)
})

it('never leaves the viewport', () => {
  for (const left of [-50, 0, 390, 600]) {
    const spot = placeTooltip(
      { left, top: 150, width: 10, height: 10 },
      size,
      viewport,
      'top',
    )
    expect(spot.left).toBeGreaterThanOrEqual(8)
    expect(spot.left + size.width).toBeLessThanOrEqual(392)
  }
})
