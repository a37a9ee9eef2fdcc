import type { JobKind } from '../contract/job.ts'
import type { JobRecord } from './job-record.ts'

/** A job that has not ended. */
export interface Entry {
  record: JobRecord
  /** Goes on already: neither locks nor limits can keep it from that. */
  goesOn: boolean
  begun: boolean
  begin(): void
  stop(reason: 'cancel' | 'shutdown', by: string | null): void
  ended: Promise<void>
}

interface Surroundings {
  limits(kind: JobKind): { limit: number; limitPerHost: number }
  changed(record: JobRecord): void
}

/**
 * The jobs that have not ended, in the order in which they were asked for: whose turn it is, by the
 * locks they hold and by how many of a kind may run at once.
 */
export class JobQueue {
  readonly #around: Surroundings
  readonly #entries = new Map<string, Entry>()

  constructor(around: Surroundings) {
    this.#around = around
  }

  get(id: string): Entry | null {
    return this.#entries.get(id) ?? null
  }

  all(): Entry[] {
    return [...this.#entries.values()]
  }

  enter(entry: Entry): void {
    this.#entries.set(entry.record.id, entry)
  }

  leave(id: string): void {
    this.#entries.delete(id)
  }

  /** Who holds one of these locks, or asked for it before; what a job is part of does not count. */
  holder(
    locks: readonly string[],
    { parent, before }: { parent: string | null; before?: string },
  ): JobRecord | null {
    const family = this.#ancestors(parent)
    for (const { record } of this.#entries.values()) {
      if (record.id === before) return null
      if (family.has(record.id)) continue
      if (locks.some((lock) => record.locks.has(lock))) return record
    }
    return null
  }

  /** Begins all whose turn it is, and says of the others what they wait for. */
  next(): void {
    for (const entry of this.#entries.values()) {
      const { record } = entry
      if (entry.begun) continue
      const waitingFor = this.#obstacle(entry)
      if (!waitingFor) {
        entry.begun = true
        entry.begin()
        continue
      }
      const before = record.summary.waitingFor
      if (before?.reason === waitingFor.reason && before.job === waitingFor.job) continue
      record.change({ waitingFor })
      this.#around.changed(record)
    }
  }

  #obstacle(entry: Entry): { reason: 'limit' | 'lock'; job: string | null } | null {
    if (entry.goesOn) return null
    const { record } = entry
    const { kind, hosts, parent } = record.summary
    const holder = this.holder([...record.locks], { parent, before: record.id })
    if (holder) return { reason: 'lock', job: holder.id }
    const { limit, limitPerHost } = this.#around.limits(kind)
    const running = this.all()
      .filter((other) => other.begun && other.record.summary.kind === kind)
      .map((other) => other.record.summary)
    const full =
      running.length >= limit ||
      hosts.some(
        (host) => running.filter((job) => job.hosts.includes(host)).length >= limitPerHost,
      )
    return full ? { reason: 'limit', job: null } : null
  }

  #ancestors(parent: string | null): Set<string> {
    const family = new Set<string>()
    for (let id = parent; id !== null && !family.has(id);) {
      family.add(id)
      id = this.#entries.get(id)?.record.summary.parent ?? null
    }
    return family
  }
}
