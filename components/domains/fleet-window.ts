import type { FleetPage, FleetRow } from '../../server/contract/domain.ts'

/** Windows begin at multiples of this, so that a small scroll asks for nothing new. */
const stepRows = 25
const overscanRows = 10
/** The most a `fleet` topic gives (contract/live.ts). */
const mostRows = 200

/** The part of the ordered fleet to subscribe to when rows `first` to `last` (inclusive) are in sight. */
export function windowFor(range: { first: number; last: number }): {
  offset: number
  limit: number
} {
  const from = Math.max(0, range.first - overscanRows)
  const offset = Math.floor(from / stepRows) * stepRows
  const wanted = range.last + 1 + overscanRows - offset
  const limit = Math.min(mostRows, Math.ceil(wanted / stepRows) * stepRows)
  return { offset, limit }
}

/** The row at an index of the ordered fleet; undefined when the page does not hold it. */
export function rowOf(page: FleetPage | null, index: number): FleetRow | undefined {
  return page?.rows[index - page.offset]
}
