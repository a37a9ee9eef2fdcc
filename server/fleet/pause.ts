/** Waits, for ever when `ms` is null; ends early, without an error, when interrupted. */
export function pause(ms: number | null, interrupt: AbortSignal): Promise<void> {
  if (interrupt.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = ms === null ? null : setTimeout(done, ms)
    interrupt.addEventListener('abort', done, { once: true })
    function done(): void {
      if (timer) clearTimeout(timer)
      interrupt.removeEventListener('abort', done)
      resolve()
    }
  })
}

/** Rejects with the reason of `signal` when that is aborted. */
export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(asError(signal.reason))
    signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true })
  })
}

export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
