import type { FleetPage, FleetRow } from '../contract/domain.ts'
import type { TopicDelta } from '../contract/live.ts'

type RowChange = NonNullable<TopicDelta<'fleet'>['changes']>[number]

/**
 * What leads from one state of a window of the fleet to the next; null = they are the same. Most of a
 * row (names, state, size) stays for hours, and there are many rows a second: only what changed is told.
 */
export function pageDelta(before: FleetPage, after: FleetPage): TopicDelta<'fleet'> | null {
  const known = new Map(before.rows.map((row) => [row.key, row]))
  const rows: FleetRow[] = []
  const changes: RowChange[] = []
  for (const row of after.rows) {
    const old = known.get(row.key)
    // A row is the same object until something of its domain changed.
    if (old === row) continue
    const change = old ? changeOf(old, row) : null
    if (change === null) rows.push(row)
    else if (Object.keys(change).length > 1) changes.push(change)
  }
  const moved =
    after.rows.length !== before.rows.length ||
    after.rows.some((row, at) => row.key !== before.rows[at]?.key)
  const counted = after.total !== before.total || after.matched !== before.matched
  if (rows.length + changes.length === 0 && !moved && !counted) return null
  return {
    total: after.total,
    matched: after.matched,
    ...(moved ? { keys: after.rows.map((row) => row.key) } : {}),
    rows,
    ...(changes.length > 0 ? { changes } : {}),
  }
}

/** null = something is not there any more, which a change cannot say: the row goes whole. */
function changeOf(old: FleetRow, row: FleetRow): RowChange | null {
  const change: RowChange = { key: row.key }
  for (const [name, value] of Object.entries(row)) {
    const was: unknown = Reflect.get(old, name)
    if (value === was) continue
    if (value === undefined) return null
    if (typeof value === 'object' && JSON.stringify(value) === JSON.stringify(was)) continue
    Reflect.set(change, name, value)
  }
  return change
}
