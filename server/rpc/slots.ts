import type { RpcError } from './errors.ts'

interface Waiting {
  start: () => void
  fail: (reason: RpcError) => void
}

/**
 * Slots for calls that may take long. A taken slot is given back when the *reply* comes,
 * not when the caller stops waiting. Waiting calls start in the order they came; at the
 * bound the newest is refused, because the ones before it are older and nearer to their
 * deadline.
 */
export class SlowSlots {
  readonly #limit: number
  readonly #maxWaiting: number
  readonly #waiting = new Set<Waiting>()
  taken = 0

  constructor(limit: number, maxWaiting: number) {
    this.#limit = limit
    this.#maxWaiting = maxWaiting
  }

  /** Starts now, or queues and gives a function that takes the call out of the queue. */
  acquire(
    start: () => void,
    fail: (reason: RpcError) => void,
  ): 'started' | 'full' | { cancel: () => void } {
    if (this.taken < this.#limit) {
      this.taken++
      start()
      return 'started'
    }
    if (this.#waiting.size >= this.#maxWaiting) return 'full'
    const waiting = { start, fail }
    this.#waiting.add(waiting)
    return { cancel: () => void this.#waiting.delete(waiting) }
  }

  /** Gives a slot back; the longest waiting call takes it over. */
  release(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.taken--
      return
    }
    this.#waiting.delete(next)
    next.start()
  }

  /** Fails all that wait. */
  close(reason: RpcError): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const { fail } of waiting) fail(reason)
  }
}
