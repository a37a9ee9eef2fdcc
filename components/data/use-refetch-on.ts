'use client'

import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

/**
 * Reads a query anew when something live, which it is made from, is another than before.
 *
 * @param stamp of what is live; null = not there yet
 */
export function useRefetchOn(queryKey: QueryKey, stamp: string | number | null): void {
  const client = useQueryClient()
  const seen = useRef(stamp)
  useEffect(() => {
    const before = seen.current
    seen.current = stamp
    // What was read when the page came is of the first stamp.
    if (before === null || before === stamp) return
    void client.invalidateQueries({ queryKey })
  }, [client, queryKey, stamp])
}
