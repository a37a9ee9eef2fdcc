import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type RefObject,
} from 'react'
import { flushSync } from 'react-dom'

import { rowsToDraw, scrollTopFor } from './row-window.ts'

/** Rows that are drawn above and below what is in sight, so that a small scroll shows nothing empty. */
const spareRows = 8

/**
 * Which rows of one height are to be drawn in a scroller, as it is scrolled and changes its size.
 *
 * @returns the indexes, both included (`last` below `first` = none), and how to bring a row into sight
 */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  rows: { count: number; rowHeight: number; headerHeight: number },
) {
  const { count, rowHeight, headerHeight } = rows
  const [drawn, setDrawn] = useState({ first: 0, last: -1 })
  const read = useCallback(() => {
    const { scrollTop = 0, clientHeight = 0 } = scroller.current ?? {}
    return { count, rowHeight, headerHeight, scrollTop, viewHeight: clientHeight }
  }, [scroller, count, rowHeight, headerHeight])
  const shown = useRef(drawn)
  const look = useCallback(
    (how: (apply: () => void) => void) => {
      const next = rowsToDraw(read(), spareRows)
      const { first, last } = shown.current
      if (next.first === first && next.last === last) return
      shown.current = next
      how(() => setDrawn(next))
    },
    [read],
  )
  useLayoutEffect(() => look((apply) => apply()), [look])
  useEffect(() => {
    const node = scroller.current
    if (!node) return undefined
    // At once: what is drawn only after the frame would be seen empty before.
    const onScroll = () => look(flushSync)
    const observer = new ResizeObserver(() => look((apply) => apply()))
    node.addEventListener('scroll', onScroll, { passive: true })
    observer.observe(node)
    return () => {
      node.removeEventListener('scroll', onScroll)
      observer.disconnect()
    }
  }, [scroller, look])
  const show = useCallback(
    (index: number) => {
      scroller.current?.scrollTo({ top: scrollTopFor(index, read()), behavior: 'instant' })
      look((apply) => apply())
    },
    [scroller, read, look],
  )
  return { first: drawn.first, last: Math.min(drawn.last, count - 1), show }
}
