import type { MigrationOptions, MigrationPhase } from '../contract/migration.ts'
import { migrateLine } from '../contract/virsh-migrate.ts'
import type { LifeBefore } from './check-guest.ts'
import type { MoveFacts } from './settlement.ts'

export interface MoveHost {
  host: string
  name: string
  uri: string
}

/** What is to be moved, from where to where, and how. Plain JSON: it is kept with the job. */
export interface MoveOrder {
  uuid: string
  name: string
  source: MoveHost
  target: MoveHost
  options: MigrationOptions
  by: string | null
  forecast: Record<string, unknown> | null
  life: LifeBefore
}

/** What is kept for a restart of Ballast. */
export interface RememberedMove {
  order: MoveOrder
  facts: MoveFacts
  phase: MigrationPhase
  startedMs: number
  percent: number
}

/** The same as a virsh line; with `resume` the one that goes on after a post-copy broke. */
export function commandOf(
  { name, uuid, source, target, options }: MoveOrder,
  resume = false,
): string {
  return migrateLine(options, {
    resume,
    domain: { name, uuid },
    sourceUri: source.uri,
    targetUri: target.uri,
  })
}
