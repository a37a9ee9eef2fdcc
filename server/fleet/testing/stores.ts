import type { ConfigChange, Resize } from '../../contract/memory.ts'
import type { HostRecord, HostStore } from '../host-store.ts'
import type { Logger } from '../logger.ts'
import type { NewestChangeStore } from '../resize-store.ts'

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** Hosts kept in memory. */
export class MemoryHostStore implements HostStore {
  readonly records = new Map<string, HostRecord>()

  constructor(records: HostRecord[] = []) {
    for (const record of records) this.put(record)
  }
  list(): HostRecord[] {
    return [...this.records.values()]
  }
  put(record: HostRecord): void {
    this.records.set(record.host, record)
  }
  remove(host: string): void {
    this.records.delete(host)
  }
}

class MemoryNewestStore<T> implements NewestChangeStore<T> {
  readonly kept = new Map<string, T>()

  get(host: string, uuid: string): T | null {
    return this.kept.get(`${host}/${uuid}`) ?? null
  }
  put(host: string, uuid: string, change: T): void {
    this.kept.set(`${host}/${uuid}`, change)
  }
  remove(host: string, uuid: string): void {
    this.kept.delete(`${host}/${uuid}`)
  }
  removeHost(host: string): void {
    for (const key of this.kept.keys()) {
      if (key.startsWith(`${host}/`)) this.kept.delete(key)
    }
  }
}

/** Resizes kept in memory. */
export class MemoryResizeStore extends MemoryNewestStore<Resize> {}
/** Changes of configs kept in memory. */
export class MemoryConfigChangeStore extends MemoryNewestStore<ConfigChange> {}
