'use client'

import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'

import type { Span } from '../charts/drag-span.ts'
import { useNowMs } from '../ui/relative-time.tsx'
import { timeRangeParams } from './time-range-params.ts'
import { panned, scaled, timeRange, type WindowKey } from './time-range.ts'

/** The stretch of time that the charts of a page show, kept in the address. */
export function useTimeRange() {
  const [{ window, from, to }, set] = useQueryStates(timeRangeParams, {
    history: 'replace',
  })
  const nowMs = useNowMs()
  const now = timeRange(window, from, to, nowMs)
  // The same object until something is another, so that charts are drawn only then.
  const [spanFrom, spanTo] = [now.span?.fromMs ?? null, now.span?.toMs ?? null]
  const span = useMemo(
    () =>
      spanFrom === null || spanTo === null ? null : { fromMs: spanFrom, toMs: spanTo },
    [spanFrom, spanTo],
  )
  const shown = span ?? { fromMs: nowMs - now.windowSeconds * 1000, toMs: nowMs }
  // Zooming is a step that the browser's back button undoes.
  const show = ({ fromMs, toMs }: Span) =>
    void set({ from: Math.round(fromMs), to: Math.round(toMs) }, { history: 'push' })
  return {
    ...now,
    span,
    show,
    choose: (chosen: WindowKey) => void set({ window: chosen, from: null, to: null }),
    pan: (share: number) => show(panned(shown, share, nowMs)),
    scale: (factor: number) => show(scaled(shown, factor, nowMs)),
    reset: () => void set({ from: null, to: null }),
  }
}
export type ShownRange = ReturnType<typeof useTimeRange>
