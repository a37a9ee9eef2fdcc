import { ProblemError } from '../contract/problem.ts'

interface Window {
  failures: number
  untilMs: number
}

/** Failures after which no more tries are taken from the same account or address until the window ends. */
export const attemptLimits = { account: 10, address: 30, windowMs: 5 * 60_000 } as const

/** Names and addresses remembered at most; the oldest are forgotten first. */
const maxKept = 10_000

/**
 * Counts failed logins in memory, per account and per address. A try is counted before the password
 * is checked and forgiven when it was right, so that parallel guesses do not slip past the limit.
 */
export class LoginAttempts {
  readonly #windows = new Map<string, Window>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** How many names and addresses are remembered. */
  get size(): number {
    return this.#windows.size
  }

  /**
   * Takes one try; call what it returns when the password was right.
   *
   * @throws ProblemError too_many_requests
   */
  take(account: string, address: string | null): () => void {
    const keys = [
      { key: `account:${account.toLowerCase()}`, most: attemptLimits.account },
      ...(address ? [{ key: `address:${address}`, most: attemptLimits.address }] : []),
    ]
    for (const { key, most } of keys) this.#refuse(key, most)
    for (const { key } of keys) this.#count(key, 1)
    return () => {
      for (const { key } of keys) this.#count(key, -1)
    }
  }

  #refuse(key: string, most: number): void {
    const window = this.#current(key)
    if (!window || window.failures < most) return
    const waitSeconds = Math.ceil((window.untilMs - this.#now()) / 1000)
    throw new ProblemError('too_many_requests', {
      detail: `Too many failed logins. Try again in ${Math.ceil(waitSeconds / 60)} min.`,
      retryAfterSeconds: waitSeconds,
    })
  }

  #count(key: string, by: 1 | -1): void {
    const window = this.#current(key) ?? {
      failures: 0,
      untilMs: this.#now() + attemptLimits.windowMs,
    }
    window.failures = Math.max(0, window.failures + by)
    // Put behind the others: the first key of the map is the one that was touched longest ago.
    this.#windows.delete(key)
    if (window.failures > 0) this.#windows.set(key, window)
    if (this.#windows.size <= maxKept) return
    const [oldest] = this.#windows.keys()
    if (oldest !== undefined) this.#windows.delete(oldest)
  }

  #current(key: string): Window | undefined {
    const window = this.#windows.get(key)
    return window && window.untilMs > this.#now() ? window : undefined
  }
}
