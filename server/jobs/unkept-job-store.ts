import type { JobBody, JobStore } from './job-store.ts'

/** Keeps nothing: for a process that ends with its jobs. */
export class UnkeptJobStore implements JobStore {
  #last = 0

  insert(): string {
    return String(++this.#last)
  }
  save(): void {}
  appendLog(): void {}
  list(): [] {
    return []
  }
  body(): JobBody | null {
    return null
  }
  log(): [] {
    return []
  }
  remove(): void {}
}
