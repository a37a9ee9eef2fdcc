import type { HistoryStatements } from './statements.ts'

/** The numbers that stand for a domain, or for a host, in journal and chunks. */
export class SeriesIds {
  readonly #statements: Pick<HistoryStatements, 'seriesId' | 'addSeries'>
  readonly #known = new Map<string, Map<string, number>>()

  constructor(statements: Pick<HistoryStatements, 'seriesId' | 'addSeries'>) {
    this.#statements = statements
  }

  /** null = it never had a figure. */
  of(host: string, uuid: string): number | null {
    const known = this.#known.get(host)?.get(uuid)
    if (known !== undefined) return known
    const row = this.#statements.seriesId.get(host, uuid)
    if (!row) return null
    const id = Number(row.id)
    const ofHost = this.#known.get(host) ?? new Map<string, number>()
    this.#known.set(host, ofHost.set(uuid, id))
    return id
  }

  /** The same; made when there is none yet. */
  make(host: string, uuid: string, nowMs: number): number {
    const known = this.of(host, uuid)
    if (known !== null) return known
    this.#statements.addSeries.run(host, uuid, nowMs)
    return this.of(host, uuid)!
  }

  /** After a roll-back, or after some were deleted. */
  forget(): void {
    this.#known.clear()
  }
}
