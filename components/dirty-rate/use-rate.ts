'use client'

import { useMemo } from 'react'

import { useFormat } from '../charts/use-format.ts'

/** MiB/s and MiB as words: "20.5 MiB/s", "below 1 MiB/s" never as 0. */
export function useRate() {
  const f = useFormat()
  return useMemo(
    () => ({
      rate: (mibps: number | null) => (mibps === null ? '—' : `${f.kib(mibps * 1024)}/s`),
      size: (mib: number | null) => (mib === null ? '—' : f.kib(mib * 1024)),
      split: (mibps: number) => {
        const { value, unit } = f.splitKiB(mibps * 1024)
        return { value, unit: `${unit}/s` }
      },
    }),
    [f],
  )
}
