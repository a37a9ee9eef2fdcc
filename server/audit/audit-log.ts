import type { Logger } from 'pino'

import type { AuditPage, AuditQuery, NewAuditEntry } from '../contract/audit.ts'
import type { AuditStore } from '../store/audit-lines.ts'

/** Lines that wait for the database to take them; beyond that the oldest remain in the log only. */
const maxWaiting = 1000
/** So that no name or message from a host fills the table. Characters. */
const maxTextLength = 2000
const retryMs = 5000

/**
 * Who did what. A line whose change has already happened must not be lost because the disk is full
 * at that moment: it goes to the program's log, waits in memory, and is written as soon as possible.
 */
export class AuditLog {
  readonly #store: AuditStore
  readonly #logger: Logger
  readonly #waiting: (NewAuditEntry & { atMs: number })[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(store: AuditStore, logger: Logger) {
    this.#store = store
    this.#logger = logger
  }

  add(entry: NewAuditEntry): void {
    const line = {
      ...entry,
      atMs: Date.now(),
      command: cut(entry.command),
      detail: cut(entry.detail),
      domainName: cut(entry.domainName),
    }
    this.#waiting.push(line)
    if (!this.#write()) this.#logger.error({ line }, 'audit line could not be stored yet')
  }

  list(query: AuditQuery): AuditPage {
    return this.#store.list(query)
  }

  /** Tries for the last time to write what waits. */
  close(): void {
    clearTimeout(this.#timer)
    if (this.#waiting.length > 0) this.#write()
    clearTimeout(this.#timer)
  }

  /** @returns whether nothing waits any more */
  #write(): boolean {
    clearTimeout(this.#timer)
    try {
      for (;;) {
        const next = this.#waiting[0]
        if (!next) return true
        this.#store.add(next)
        this.#waiting.shift()
      }
    } catch (error) {
      this.#logger.error(
        { err: error, waiting: this.#waiting.length },
        'audit log is stuck',
      )
      if (this.#waiting.length > maxWaiting) this.#waiting.shift()
      this.#timer = setTimeout(() => this.#write(), retryMs).unref()
      return false
    }
  }
}

function cut(text: string | null): string | null {
  return text !== null && text.length > maxTextLength
    ? `${text.slice(0, maxTextLength)}…`
    : text
}
