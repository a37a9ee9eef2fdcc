/** Runs a listing once at a time; whoever asks meanwhile causes one more run after it. */
export class Relisting {
  #running: Promise<void> | null = null
  #again = false

  run(list: () => Promise<void>): Promise<void> {
    if (this.#running) {
      this.#again = true
      return this.#running
    }
    this.#running = (async () => {
      do {
        this.#again = false
        await list()
      } while (this.#again)
      this.#running = null
    })()
    return this.#running
  }
}
