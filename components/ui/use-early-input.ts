import { type RefObject, useEffect, useRef } from 'react'

import { useHydrating } from './use-hydrating.ts'

/**
 * A field that came drawn by the server can be filled in before React takes over its HTML. React leaves
 * what stands there, but tells nobody: the form would show one thing and mean another. The returned ref
 * goes on the element; `adopt` is called with it once, after React took over, to say what stands there.
 */
export function useEarlyInput<E extends HTMLElement>(
  adopt: (element: E) => void,
): RefObject<E | null> {
  const ref = useRef<E>(null)
  const first = useRef({ takesOver: useHydrating(), adopt })
  useEffect(() => {
    const { takesOver, adopt: adoptFirst } = first.current
    if (takesOver && ref.current) adoptFirst(ref.current)
  }, [])
  return ref
}
