import type { MoveEnd, OpenMoveEnd } from '../move-end.ts'

/** Called before each call of an end; the call waits for it. `uri` tells which end. */
export type BeforeCall = (call: keyof MoveEnd, uri: string) => Promise<void> | void

/** Ends that let a test in just before a step is sent. */
export function hooked(openEnd: OpenMoveEnd, before: BeforeCall): OpenMoveEnd {
  return async (uri, signal) => {
    const end = await openEnd(uri, signal)
    return new Proxy(end, {
      get(target, name: keyof MoveEnd) {
        const value = target[name]
        if (typeof value !== 'function') return value
        return async (...args: unknown[]) => {
          await before(name, uri)
          // The arguments are those of this very method.
          return await Reflect.apply(value, target, args)
        }
      },
    })
  }
}
