import { useSyncExternalStore } from 'react'

/**
 * Whether React is taking over HTML that the server drew, which it does part by part: what is rendered
 * now must be what that HTML shows. False from the rendering after it, and where there was no HTML.
 */
export function useHydrating(): boolean {
  return useSyncExternalStore(watchNothing, isOver, isUnderWay)
}

const watchNothing = () => () => undefined
const isOver = () => false
const isUnderWay = () => true
