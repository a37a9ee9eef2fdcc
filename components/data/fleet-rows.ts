import { fleetPage, type FleetQuery, type FleetRow } from '../../server/contract/domain.ts'
import { api } from './api-client.ts'
import { apiPaths } from './paths.ts'

/** The most that one request gives. */
const pageRows = 200

/**
 * Rows `from` up to and with `to` of the ordered fleet, read once. Fewer when there are fewer.
 *
 * @throws ProblemError
 */
export async function loadFleetRows(
  query: FleetQuery,
  from: number,
  to: number,
): Promise<FleetRow[]> {
  const rows: FleetRow[] = []
  for (let offset = from; offset <= to; offset += pageRows) {
    const page = await api.get(apiPaths.domains(), fleetPage, {
      query: {
        search: query.search,
        host: query.hosts,
        state: query.states,
        sort: query.sort,
        descending: query.descending,
        offset,
        limit: Math.min(pageRows, to - offset + 1),
      },
    })
    rows.push(...page.rows)
    if (offset + page.rows.length >= page.matched) break
  }
  return rows
}
