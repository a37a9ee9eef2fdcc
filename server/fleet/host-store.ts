/** A host as it is kept: what was typed when it was added. */
export interface HostRecord {
  /** The slug. */
  host: string
  name: string
  uri: string
  /** Guest statistics period to set where it is 0; 0 = leave alone. */
  statsPeriodSeconds: number
  createdMs: number
}

/** Where hosts are kept between two starts. Implemented in server/store; errors are fatal to the caller. */
export interface HostStore {
  list(): HostRecord[]
  /** Inserts, or replaces the record with the same slug. */
  put(record: HostRecord): void
  remove(host: string): void
}

export const defaultStatsPeriodSeconds = 2
