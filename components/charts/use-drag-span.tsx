'use client'

import { useState, type PointerEvent } from 'react'

import { spanOfDrag, type Span } from './drag-span.ts'

interface Drag {
  x0: number
  x1: number
  pan: boolean
}

/** Choosing a stretch of time with the mouse: drag to zoom, Shift and drag to pan. */
export function useDragSpan({
  plot,
  startMs,
  endMs,
  onSpan,
}: {
  plot: { left: number; width: number }
  startMs: number
  endMs: number
  onSpan: ((span: Span) => void) | undefined
}) {
  const [drag, setDrag] = useState<Drag | null>(null)
  if (!onSpan) return { handlers: {}, box: null }
  const xOf = (event: PointerEvent<HTMLElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left - plot.left
  return {
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        const x = xOf(event)
        if (event.button !== 0 || event.pointerType === 'touch') return
        if (x < 0 || x > plot.width) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ x0: x, x1: x, pan: event.shiftKey })
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        if (drag) setDrag({ ...drag, x1: xOf(event) })
      },
      onPointerUp(event: PointerEvent<HTMLElement>) {
        if (!drag) return
        setDrag(null)
        const shown = { fromMs: startMs, toMs: endMs }
        const span = spanOfDrag(drag.x0, xOf(event), plot.width, shown, drag.pan)
        if (span) onSpan(span)
      },
      onPointerCancel: () => setDrag(null),
    },
    box: drag &&
      !drag.pan && {
        left: plot.left + Math.max(0, Math.min(drag.x0, drag.x1)),
        width: Math.min(plot.width, Math.abs(drag.x1 - drag.x0)),
      },
  }
}

export function DragBox({ left, width }: { left: number; width: number }) {
  return (
    <div
      aria-hidden
      className="bg-accent-soft border-accent pointer-events-none absolute top-2 bottom-7 z-10 border-x opacity-60"
      style={{ left, width }}
    />
  )
}
