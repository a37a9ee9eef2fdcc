'use client'

import { useCallback, useState, useSyncExternalStore } from 'react'

import type { FleetPage, FleetQuery, FleetRow } from '../../server/contract/domain.ts'
import { loadFleetRows } from '../data/fleet-rows.ts'
import { problemOf } from '../ui/problem-like.ts'
import { toast } from '../ui/toaster.tsx'
import { rowOf } from './fleet-window.ts'
import { mostSelected, type SelectedDomain, Selection } from './selection.ts'

const none: readonly SelectedDomain[] = []

/** The selection of one table, and how a row, a range and all that match are chosen. */
export function useSelection(query: FleetQuery, page: FleetPage | null) {
  const [selection] = useState(() => new Selection())
  const load = useCallback(
    async (from: number, to: number) => {
      const rows = Array.from({ length: to - from + 1 }, (_, at) => rowOf(page, from + at))
      const here = rows.filter((row) => row !== undefined)
      return here.length === rows.length ? here : await loadFleetRows(query, from, to)
    },
    [page, query],
  )
  const choose = useCallback(
    (row: FleetRow, index: number, extend: boolean) => {
      if (!extend) return selection.toggle(row, index)
      selection
        .extendTo(row, index, load)
        .catch((error: unknown) => toast.problem(problemOf(error)))
    },
    [selection, load],
  )
  const chooseAll = useCallback(() => {
    loadFleetRows(query, 0, mostSelected - 1)
      .then((rows) => selection.add(rows))
      .catch((error: unknown) => toast.problem(problemOf(error)))
  }, [selection, query])
  return { selection, choose, chooseAll }
}

/** What is selected now. */
export function useSelected(selection: Selection): readonly SelectedDomain[] {
  return useSyncExternalStore(selection.subscribe, selection.list, () => none)
}
