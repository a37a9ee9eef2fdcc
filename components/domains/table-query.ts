'use client'

import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs'
import { useMemo } from 'react'

import {
  domainState,
  type DomainState,
  type FleetQuery,
  type FleetSortKey,
  fleetSortKey,
} from '../../server/contract/domain.ts'
import { hostSlug } from '../../server/contract/host.ts'

const parsers = {
  q: parseAsString.withDefault(''),
  host: parseAsArrayOf(parseAsString).withDefault([]),
  state: parseAsArrayOf(parseAsStringLiteral(domainState.options)).withDefault([]),
  sort: parseAsStringLiteral(fleetSortKey.options).withDefault('name'),
  desc: parseAsBoolean.withDefault(false),
}

/** What the address bar may hold: anything. What does not fit is left out, not sent to the server. */
export function toFleetQuery(values: {
  q: string
  host: string[]
  state: DomainState[]
  sort: FleetSortKey
  desc: boolean
}): FleetQuery {
  return {
    search: values.q.trim().slice(0, 200),
    hosts: values.host.filter((host) => hostSlug.safeParse(host).success),
    states: values.state,
    sort: values.sort,
    descending: values.desc,
  }
}

/** Columns of figures are most useful with the largest first. */
const largestFirst: readonly FleetSortKey[] = [
  'cpu',
  'used',
  'balloon',
  'maximum',
  'rss',
  'dirty',
]

/** The order after a click on the head of a column: another column begins in its own direction. */
export function nextSort(
  now: { sort: FleetSortKey; desc: boolean },
  clicked: FleetSortKey,
): { sort: FleetSortKey; desc: boolean } {
  if (now.sort === clicked) return { sort: clicked, desc: !now.desc }
  return { sort: clicked, desc: largestFirst.includes(clicked) }
}

/** Filter and order of the table, kept in the address so that a view can be shared and gone back to. */
export function useTableQuery(fixedHost?: string) {
  const [values, setValues] = useQueryStates(parsers, { history: 'replace' })
  const { q, host, state, sort, desc } = values
  const query = useMemo(
    () => toFleetQuery({ q, host: fixedHost ? [fixedHost] : host, state, sort, desc }),
    [q, host, state, sort, desc, fixedHost],
  )
  const filtered = q !== '' || state.length > 0 || (!fixedHost && host.length > 0)
  return {
    query,
    filtered,
    setSearch: (search: string) => void setValues({ q: search || null }),
    setHosts: (hosts: string[]) => void setValues({ host: hosts.length ? hosts : null }),
    setStates: (states: DomainState[]) =>
      void setValues({ state: states.length ? states : null }),
    setSort: (next: { sort: FleetSortKey; desc: boolean }) =>
      void setValues({ sort: next.sort, desc: next.desc || null }),
    sortBy: (clicked: FleetSortKey) => void setValues(nextSort({ sort, desc }, clicked)),
    clear: () => void setValues({ q: null, host: null, state: null }),
  }
}
export type TableQuery = ReturnType<typeof useTableQuery>
