import type { HostLink, SweepRow } from './host-link.ts'
import { pause } from './pause.ts'

/** What another client asks of a domain takes it some milliseconds: asked again after this long. */
const pauseMs = 40
/** Two of us must not meet again: each waits up to this much longer. */
const spreadMs = 40
/** For the second answer at most; the sample goes out without it then. */
const answerMs = 600

export interface SecondAskOptions {
  link: HostLink
  /** Whether the host left out figures of this domain that it should have. */
  leftOut(row: SweepRow): boolean
}

/**
 * Asks once more for the domains that a sweep left out: libvirt waits for none that is busy, and it is
 * enough for that that another client (or another Ballast) is just reading its statistics.
 *
 *   sweep ─► a b ✗ d ─► pause ─► ask for ✗ alone ─► a b c d
 */
export class SecondAsk {
  readonly #options: SecondAskOptions
  #underWay = false

  constructor(options: SecondAskOptions) {
    this.#options = options
  }

  /** Whether the host has not answered the last one yet: it may be stuck at a frozen QEMU. */
  get underWay(): boolean {
    return this.#underWay
  }

  /**
   * Never rejects, and takes no longer than `leftMs`: rows that could not be had stay as they are.
   *
   * @param leftMs time until the sample has to be complete
   */
  async complete(
    rows: readonly SweepRow[],
    leftMs: number,
    stop: AbortSignal,
  ): Promise<readonly SweepRow[]> {
    const { leftOut } = this.#options
    const missing = new Set<string>()
    for (const row of rows) if (leftOut(row)) missing.add(row.ref.uuid)
    const waitMs = pauseMs + Math.random() * spreadMs
    if (missing.size === 0 || this.#underWay || leftMs <= waitMs + pauseMs) return rows
    await pause(waitMs, stop)
    if (stop.aborted) return rows
    const again = await this.#ask([...missing], Math.min(answerMs, leftMs - waitMs), stop)
    if (!again) return rows
    return rows.map((row) => {
      const second = missing.has(row.ref.uuid) ? again.get(row.ref.uuid) : undefined
      return second && !leftOut(second) ? second : row
    })
  }

  /** @returns null when it failed or is late */
  async #ask(
    uuids: string[],
    withinMs: number,
    stop: AbortSignal,
  ): Promise<Map<string, SweepRow> | null> {
    this.#underWay = true
    const answer = this.#options.link
      .sweep(uuids)
      .then(
        (rows) => new Map(rows.map((row) => [row.ref.uuid, row])),
        // What failed was for these alone; the next sweep asks for all and tells.
        () => null,
      )
      .finally(() => (this.#underWay = false))
    const raced = new AbortController()
    const late = pause(withinMs, AbortSignal.any([stop, raced.signal])).then(() => null)
    const first = await Promise.race([answer, late])
    raced.abort()
    return first
  }
}
