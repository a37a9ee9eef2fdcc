export type TooltipSide = 'top' | 'bottom' | 'left' | 'right'

interface Box {
  left: number
  top: number
  width: number
  height: number
}

const gapPx = 6
const edgePx = 8

/**
 * Where a tooltip of `size` stands beside `anchor`, in viewport px: on the wished side, on the other
 * one when there is no room, and never beyond the viewport's edges.
 */
export function placeTooltip(
  anchor: Box,
  size: { width: number; height: number },
  viewport: { width: number; height: number },
  side: TooltipSide,
): { left: number; top: number } {
  const right = anchor.left + anchor.width
  const bottom = anchor.top + anchor.height
  const spots = {
    top: anchor.top - gapPx - size.height,
    bottom: bottom + gapPx,
    left: anchor.left - gapPx - size.width,
    right: right + gapPx,
  }
  const fits = {
    top: spots.top >= edgePx,
    bottom: spots.bottom + size.height <= viewport.height - edgePx,
    left: spots.left >= edgePx,
    right: spots.right + size.width <= viewport.width - edgePx,
  }
  const opposite = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const
  const chosen = !fits[side] && fits[opposite[side]] ? opposite[side] : side
  const beside = chosen === 'left' || chosen === 'right'
  const left = beside ? spots[chosen] : anchor.left + anchor.width / 2 - size.width / 2
  const top = beside ? anchor.top + anchor.height / 2 - size.height / 2 : spots[chosen]
  return {
    left: within(left, size.width, viewport.width),
    top: within(top, size.height, viewport.height),
  }
}

function within(start: number, size: number, room: number): number {
  return Math.round(Math.max(edgePx, Math.min(start, room - edgePx - size)))
}
