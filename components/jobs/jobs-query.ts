'use client'

import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs'
import { useMemo } from 'react'

import { hostSlug } from '../../server/contract/host.ts'
import {
  jobKind,
  type JobKind,
  type JobQuery,
  jobState,
  type JobState,
} from '../../server/contract/job.ts'

const parsers = {
  q: parseAsString.withDefault(''),
  state: parseAsArrayOf(parseAsStringLiteral(jobState.options)).withDefault([]),
  kind: parseAsArrayOf(parseAsStringLiteral(jobKind.options)).withDefault([]),
  host: parseAsString.withDefault(''),
  owner: parseAsString.withDefault(''),
  /** Shows parts of other jobs as well. */
  parts: parseAsBoolean.withDefault(false),
}

/** What the address bar may hold: anything. What does not fit is left out, not sent to the server. */
export function toJobQuery(values: {
  q: string
  state: JobState[]
  kind: JobKind[]
  host: string
  owner: string
  parts: boolean
}): JobQuery {
  return {
    search: values.q.trim().slice(0, 200),
    states: values.state,
    kinds: values.kind,
    host: hostSlug.safeParse(values.host).data ?? null,
    uuid: null,
    owner: values.owner.slice(0, 100) || null,
    parent: values.parts ? 'any' : 'none',
  }
}

/** The filter of the list, kept in the address so that a view can be shared and gone back to. */
export function useJobsQuery() {
  const [values, setValues] = useQueryStates(parsers, { history: 'replace' })
  const { q, state, kind, host, owner, parts } = values
  const query = useMemo(
    () => toJobQuery({ q, state, kind, host, owner, parts }),
    [q, state, kind, host, owner, parts],
  )
  return {
    query,
    filtered:
      q !== '' || state.length > 0 || kind.length > 0 || host !== '' || owner !== '',
    setSearch: (search: string) => void setValues({ q: search || null }),
    setStates: (states: JobState[]) =>
      void setValues({ state: states.length ? states : null }),
    setKinds: (kinds: JobKind[]) => void setValues({ kind: kinds.length ? kinds : null }),
    setHost: (value: string) => void setValues({ host: value || null }),
    setOwner: (value: string) => void setValues({ owner: value || null }),
    setParts: (shown: boolean) => void setValues({ parts: shown || null }),
    clear: () =>
      void setValues({ q: null, state: null, kind: null, host: null, owner: null }),
  }
}
export type JobsQuery = ReturnType<typeof useJobsQuery>
