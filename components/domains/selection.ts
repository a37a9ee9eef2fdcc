import type { DomainState, FleetRow } from '../../server/contract/domain.ts'

/** What is remembered of a selected row: the row itself may be out of sight, and not loaded. */
export interface SelectedDomain {
  key: string
  host: string
  hostName: string
  uuid: string
  name: string
  state: DomainState
}

/** No bulk action takes more. */
export const mostSelected = 2000

/** Rows `from` up to and with `to`, loaded or not. */
export type LoadRows = (from: number, to: number) => Promise<readonly FleetRow[]>

/**
 * Which domains are selected, by key: rows may scroll away, be sorted or filtered without a change.
 * A store of its own, so that a tick draws one cell anew and not the table.
 */
export class Selection {
  #chosen = new Map<string, SelectedDomain>()
  #list: readonly SelectedDomain[] = []
  /** Where the last single choice was made: the other end of a range. */
  #anchor: { index: number; chosen: boolean } | null = null
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The same array until something changes. */
  readonly list = (): readonly SelectedDomain[] => this.#list

  has(key: string): boolean {
    return this.#chosen.has(key)
  }

  /** Turns one row over. */
  toggle(row: FleetRow, index: number): void {
    const chosen = !this.#chosen.has(row.key)
    this.#anchor = { index, chosen }
    this.#put([row], chosen)
  }

  /** Makes all rows from the last choice to this one like that choice. */
  async extendTo(row: FleetRow, index: number, load: LoadRows): Promise<void> {
    const anchor = this.#anchor
    if (!anchor) return this.toggle(row, index)
    const from = Math.min(anchor.index, index)
    const rows = await load(
      from,
      Math.min(Math.max(anchor.index, index), from + mostSelected),
    )
    this.#put(rows, anchor.chosen)
  }

  add(rows: readonly FleetRow[]): void {
    this.#put(rows, true)
  }

  clear(): void {
    this.#anchor = null
    this.#chosen.clear()
    this.#told()
  }

  #put(rows: readonly FleetRow[], chosen: boolean): void {
    for (const { key, host, hostName, uuid, name, state } of rows) {
      if (!chosen) this.#chosen.delete(key)
      else if (this.#chosen.size < mostSelected || this.#chosen.has(key)) {
        this.#chosen.set(key, { key, host, hostName, uuid, name, state })
      }
    }
    this.#told()
  }

  #told(): void {
    this.#list = [...this.#chosen.values()]
    for (const listener of this.#listeners) listener()
  }
}
