'use client'

import { useSyncExternalStore } from 'react'

import type { EntryList, MonitorEntry } from './monitor-memory.ts'

const none: readonly MonitorEntry[] = []

/** What the list of this browser holds; empty while the server renders. */
export function useEntries(list: EntryList): readonly MonitorEntry[] {
  return useSyncExternalStore(list.watch, list.read, () => none)
}
