'use client'

import { useSyncExternalStore } from 'react'

/** How the live channel of this tab is. `sinceMs`: last time anything was heard (epoch ms). */
export interface Connection {
  phase: 'connecting' | 'connected' | 'reconnecting' | 'offline'
  sinceMs: number | null
}

/** Nothing is live before the page has started: the server's HTML must not say so. */
const initial: Connection = { phase: 'connecting', sinceMs: null }
let current = initial
const listeners = new Set<() => void>()

/** Fed by the live provider; the top bar shows it. */
export function setConnection(
  phase: Connection['phase'],
  options: { sinceMs?: number } = {},
): void {
  const sinceMs = options.sinceMs ?? null
  if (current.phase === phase && current.sinceMs === sinceMs) return
  current = { phase, sinceMs }
  for (const listener of listeners) listener()
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
    () => initial,
  )
}
