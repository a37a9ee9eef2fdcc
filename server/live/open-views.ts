import type { LiveHandle, LiveListener, TopicDelta, TopicFull } from '../contract/live.ts'

/** One open topic: knows what was handed out last, and what to add to that. */
export interface View {
  full(): TopicFull
  /** What changed since the last delta; null = nothing. */
  delta(): TopicDelta | null
  /** Nobody looks any more. */
  close?(): void
}

/** The topics of one part of the server that somebody looks at, each with who is told of it. */
export class OpenViews<V extends View> {
  readonly #open = new Map<V, LiveListener>()

  get size(): number {
    return this.#open.size
  }

  add(view: V, listener: LiveListener): LiveHandle {
    this.#open.set(view, listener)
    return { full: () => view.full(), close: () => this.#close(view) }
  }

  each(visit: (view: V) => void): void {
    for (const view of this.#open.keys()) visit(view)
  }

  /** Hands out what changed in the views that are concerned. */
  flush(concerned: (view: V) => boolean): void {
    for (const [view, listener] of this.#open) {
      if (!concerned(view)) continue
      const delta = view.delta()
      if (delta) listener.delta(delta)
    }
  }

  /** Ends the views that are concerned, with words for those who look. */
  gone(concerned: (view: V) => boolean, reason: string): void {
    for (const [view, listener] of this.#open) {
      if (!concerned(view)) continue
      this.#close(view)
      listener.gone(reason)
    }
  }

  close(): void {
    for (const view of this.#open.keys()) this.#close(view)
  }

  #close(view: V): void {
    if (this.#open.delete(view)) view.close?.()
  }
}
