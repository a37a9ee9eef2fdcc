/** A scroller of rows of one height below a header that stays; all in CSS px. */
export interface RowScroller {
  count: number
  rowHeight: number
  /** What covers the top of what is in sight; 0 = nothing. */
  headerHeight: number
  scrollTop: number
  /** Of the scroller, header and all. */
  viewHeight: number
}

/**
 * The rows to draw: those in sight and `spare` more on both sides.
 *
 * @returns indexes, both included; `last` is below `first` when there is nothing to draw
 */
export function rowsToDraw(
  of: RowScroller,
  spare: number,
): { first: number; last: number } {
  const { count, rowHeight, headerHeight, scrollTop, viewHeight } = of
  if (count === 0 || viewHeight === 0) return { first: 0, last: -1 }
  const end = Math.ceil((scrollTop + viewHeight - headerHeight) / rowHeight) - 1
  const last = Math.min(count - 1, Math.max(0, end) + spare)
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare)
  return { first: Math.min(first, last), last }
}

/** Where to scroll to so that a row is wholly in sight, as near as can be; where it is when it is. */
export function scrollTopFor(index: number, of: RowScroller): number {
  const { rowHeight, headerHeight, scrollTop, viewHeight } = of
  const top = index * rowHeight
  const lowest = top + rowHeight + headerHeight - viewHeight
  return Math.min(top, Math.max(scrollTop, lowest))
}
