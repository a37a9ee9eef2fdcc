import type { FleetPage, FleetRow } from '../contract/domain.ts'
import type { TopicDelta } from '../contract/live.ts'
import { listChange } from '../live/list-window.ts'

type RowChange = NonNullable<TopicDelta<'fleet'>['changes']>[number]

/**
 * What leads from one state of a window of the fleet to the next; null = they are the same. Most of a
 * row (names, state, size) stays for hours, and there are many rows a second: only what changed is told.
 */
export function pageDelta(before: FleetPage, after: FleetPage): TopicDelta<'fleet'> | null {
  const change = listChange(before, after, ({ key }) => key)
  if (!change) return null
  const known = new Map(before.rows.map((row) => [row.key, row]))
  const rows: FleetRow[] = []
  const changes: RowChange[] = []
  for (const row of change.rows) {
    const old = known.get(row.key)
    const parts = old ? changeOf(old, row) : null
    if (parts === null) rows.push(row)
    else if (Object.keys(parts).length > 1) changes.push(parts)
  }
  const counted = after.total !== before.total || after.matched !== before.matched
  if (rows.length + changes.length === 0 && !change.keys && !counted) return null
  return { ...change, rows, ...(changes.length > 0 ? { changes } : {}) }
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
