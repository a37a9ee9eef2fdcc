import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { linkProbe } from '../contract/forecast.ts'
import type { LinkProbe } from '../contract/forecast.ts'
import { guarded } from './errors.ts'

/** The newest measurement of each link: source and target host are the key. */
export class LinkProbeTable {
  readonly #get: StatementSync
  readonly #put: StatementSync
  readonly #removeHost: StatementSync

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('select probe from link_probe where source = ? and target = ?')
    this.#put = db.prepare(
      `insert into link_probe (source, target, probe) values (?, ?, ?)
       on conflict (source, target) do update set probe = excluded.probe`,
    )
    this.#removeHost = db.prepare(
      'delete from link_probe where source = :host or target = :host',
    )
  }

  /** null = never measured, or kept otherwise by another Ballast. */
  get(source: string, target: string): LinkProbe | null {
    const row = guarded(() => this.#get.get(source, target))
    if (!row) return null
    return linkProbe.safeParse(JSON.parse(String(row['probe']))).data ?? null
  }

  put(probe: LinkProbe): void {
    const { source, target } = probe
    guarded(() => this.#put.run(source, target, JSON.stringify(probe)))
  }

  /** What was measured from a host and to it: the next one of that slug may be another machine. */
  removeHost(host: string): void {
    guarded(() => this.#removeHost.run({ host }))
  }
}
