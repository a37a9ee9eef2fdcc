import type { ConfigChange, Resize } from '../contract/memory.ts'

/** The newest change of each domain, kept so that undo survives a reload and a restart. */
export interface NewestChangeStore<T> {
  get(host: string, uuid: string): T | null
  put(host: string, uuid: string, change: T): void
  remove(host: string, uuid: string): void
  removeHost(host: string): void
}

/** Of balloons; written when a resize begins and when it ends, not for each sample. In server/store. */
export type ResizeStore = NewestChangeStore<Resize>
/** Of what domains start with. */
export type ConfigChangeStore = NewestChangeStore<ConfigChange>
