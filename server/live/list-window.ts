/** A part of a sorted list: its rows, and how many there are in all and behind the filter. */
export interface ListWindow<Row> {
  total: number
  matched: number
  rows: readonly Row[]
}

/** What became of a window: the rows that changed, and the order where that did. */
export interface ListChange<Row> {
  total: number
  matched: number
  keys?: string[]
  rows: Row[]
}

/**
 * From one window to the next; null = nothing changed. A row has to be the same object until something
 * in it changed.
 */
export function listChange<Row>(
  before: ListWindow<Row>,
  now: ListWindow<Row>,
  keyOf: (row: Row) => string,
): ListChange<Row> | null {
  const known = new Map(before.rows.map((row) => [keyOf(row), row]))
  const keys = now.rows.map(keyOf)
  const rows = now.rows.filter((row, at) => known.get(keys[at]!) !== row)
  const moved =
    keys.length !== before.rows.length ||
    before.rows.some((row, at) => keyOf(row) !== keys[at])
  const { total, matched } = now
  if (rows.length === 0 && !moved && total === before.total && matched === before.matched) {
    return null
  }
  return { total, matched, ...(moved && { keys }), rows }
}
