/** One thing that happens later, at most: a new one replaces the one that waits. */
export class Delay {
  #timer: ReturnType<typeof setTimeout> | undefined

  run(action: () => void, afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(action, afterMs)
  }

  cancel(): void {
    clearTimeout(this.#timer)
  }
}
