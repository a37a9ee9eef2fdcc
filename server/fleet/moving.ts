import type { RowMove } from '../contract/row-move.ts'

/** Phases after which the guest is the target's. */
const arrived: readonly RowMove['phase'][] = ['post-copy', 'confirm', 'check']

/** The domains that are on their way now: each is one row of the fleet, wherever it is just then. */
export class MovingDomains {
  readonly #moves = new Map<string, RowMove>()

  set(uuid: string, move: RowMove): void {
    this.#moves.set(uuid, move)
  }

  /** Forgets the move of a job; says whether it was this one that was shown. */
  end(uuid: string, job: string): boolean {
    return this.#moves.get(uuid)?.job === job && this.#moves.delete(uuid)
  }

  get size(): number {
    return this.#moves.size
  }

  /** The move that a domain of this host is on; undefined when it is none of it. */
  of(host: string, uuid: string): RowMove | undefined {
    const move = this.#moves.get(uuid)
    return move && (move.source === host || move.target === host) ? move : undefined
  }

  /**
   * Whether the other host of the move shows the domain: before it arrived the source, then the target.
   *
   * @param has whether a host has the domain: what would not be shown elsewhere is not hidden
   */
  hides(host: string, uuid: string, has: (host: string, uuid: string) => boolean): boolean {
    const move = this.of(host, uuid)
    if (!move || move.target === null || move.target === move.source) return false
    const shown = arrived.includes(move.phase) ? move.target : move.source
    const other = shown === move.source ? move.target : move.source
    return host === other && has(shown, uuid)
  }
}
