'use client'

import { useCallback, useState } from 'react'

/** The width of an element in CSS px, followed as it changes; 0 until it is known. */
export function useWidth(): [
  ref: (node: HTMLElement | null) => (() => void) | void,
  width: number,
] {
  const [width, setWidth] = useState(0)
  const ref = useCallback((node: HTMLElement | null) => {
    if (!node) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.observe(node)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
