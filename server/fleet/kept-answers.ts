import type { Clock } from './clock.ts'

/**
 * Answers that cost a host some work, kept for a while. Who asks for the same thing meanwhile gets
 * the same answer; a failure is not kept.
 */
export class KeptAnswers<T> {
  readonly #clock: Clock
  readonly #keepMs: number
  readonly #most: number
  readonly #answers = new Map<string, { atMs: number; answer: Promise<T> }>()

  constructor(options: { clock: Clock; keepMs: number; most: number }) {
    this.#clock = options.clock
    this.#keepMs = options.keepMs
    this.#most = options.most
  }

  /** @param youngMs how old the answer may be; what is kept at most when left out */
  get(key: string, ask: () => Promise<T>, youngMs = this.#keepMs): Promise<T> {
    const nowMs = this.#clock.monotonicMs()
    const kept = this.#answers.get(key)
    if (kept && nowMs - kept.atMs <= Math.min(youngMs, this.#keepMs)) return kept.answer
    const answer = ask()
    this.#answers.delete(key)
    this.#answers.set(key, { atMs: nowMs, answer })
    answer.catch(() => {
      if (this.#answers.get(key)?.answer === answer) this.#answers.delete(key)
    })
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#most) break
      this.#answers.delete(oldest)
    }
    return answer
  }

  /** Forgets what begins with this: something was changed there. */
  forget(prefix: string): void {
    for (const key of this.#answers.keys()) {
      if (key.startsWith(prefix)) this.#answers.delete(key)
    }
  }
}
