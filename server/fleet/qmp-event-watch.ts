import { maxQmpEvents } from '../contract/monitor.ts'
import type { QmpEvent, QmpEvents } from '../contract/monitor.ts'
import type { HostLink, QmpEventFacts } from './host-link.ts'
import { messageOf } from './link-error.ts'
import { cleanName } from './text.ts'

const maxDetailsLength = 4096

/**
 * The newest QMP events of one domain, for as long as somebody watches: registered with the host then
 * only, and again with every new connection. What comes faster than it is taken is counted, not kept.
 */
export class QmpEventWatch {
  readonly #uuid: string
  readonly #onEvent: () => void
  #link: HostLink | null = null
  #stop: (() => Promise<void>) | null = null
  #watching = false
  #failure: string | null = null
  #changed = false
  #closed = false
  #nextId = 1
  #kept: QmpEvent[] = []
  /** The id of the newest event that was handed out. */
  #handedOut = 0
  #dropped = 0

  /** `onEvent` is told that there is something to take; it may gather. */
  constructor(uuid: string, onEvent: () => void) {
    this.#uuid = uuid
    this.#onEvent = onEvent
  }

  /** Listens on this link from now on; null = the host is not connected. */
  follow(link: HostLink | null): void {
    if (link === this.#link || this.#closed) return
    this.#link = link
    // What was registered went with the old connection.
    this.#stop = null
    this.#tell(false, null)
    if (link) void this.#register(link)
  }

  /** As of the last `take`: what came since is in the next. */
  full(): QmpEvents {
    const events = this.#kept.filter(({ id }) => id <= this.#handedOut)
    return { ...this.#state(), events }
  }

  /** What is new since the last time; null = nothing. */
  take(): QmpEvents | null {
    const events = this.#kept.filter(({ id }) => id > this.#handedOut)
    if (events.length === 0 && !this.#changed) return null
    this.#changed = false
    this.#handedOut = this.#nextId - 1
    return { ...this.#state(), events }
  }

  close(): void {
    this.#closed = true
    this.#unregister(this.#stop)
    this.#stop = null
  }

  #state() {
    return { watching: this.#watching, failure: this.#failure, dropped: this.#dropped }
  }

  async #register(link: HostLink): Promise<void> {
    try {
      const stop = await link.watchQmpEvents(this.#uuid, (event) => this.#keep(link, event))
      if (this.#closed || this.#link !== link) {
        this.#unregister(stop)
        return
      }
      this.#stop = stop
      this.#tell(true, null)
    } catch (error) {
      if (this.#link === link) this.#tell(false, messageOf(error))
    }
  }

  #unregister(stop: (() => Promise<void>) | null): void {
    // A connection that is gone took the registration along.
    stop?.().catch(() => undefined)
  }

  #keep(link: HostLink, { event, atMs, details }: QmpEventFacts): void {
    if (this.#link !== link || this.#closed) return
    const cut =
      details === null || details.length <= maxDetailsLength
        ? details
        : `${details.slice(0, maxDetailsLength - 1)}…`
    this.#kept.push({ id: this.#nextId++, name: cleanName(event), atMs, details: cut })
    if (this.#kept.length > maxQmpEvents) {
      this.#kept = this.#kept.slice(-maxQmpEvents)
      this.#dropped = this.#nextId - 1 - maxQmpEvents
    }
    this.#onEvent()
  }

  #tell(watching: boolean, failure: string | null): void {
    if (watching === this.#watching && failure === this.#failure) return
    this.#watching = watching
    this.#failure = failure
    this.#changed = true
    this.#onEvent()
  }
}
