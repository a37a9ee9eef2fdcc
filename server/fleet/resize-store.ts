import type { Resize } from '../contract/memory.ts'

/**
 * The newest resize of each domain, so that undo survives a reload and a restart. Implemented in
 * server/store; called when a resize begins and when it ends, not for each sample.
 */
export interface ResizeStore {
  get(host: string, uuid: string): Resize | null
  put(host: string, uuid: string, resize: Resize): void
  remove(host: string, uuid: string): void
  removeHost(host: string): void
}
