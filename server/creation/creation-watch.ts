import type { InstallEnd } from './install-phase.ts'

/**
 * What somebody in the same process is told while a domain is made, at once and in order: the command
 * line, which says it in virt-install's words. Pages look at the job.
 */
export interface CreationWatch {
  /** A volume is being made. Bytes; nothing is allocated of a sparse one. */
  allocating(name: string, capacityBytes: number): WatchedWork
  /** A medium of the first boot is on its way to the host. */
  transferring(name: string, sizeBytes: number): WatchedWork
  /** The domain is being defined and started. */
  creatingDomain(): WatchedWork
  /** A volume that was made is taken back. */
  removing(name: string): WatchedWork
  /** The installer runs. */
  installing(): void
  installEnded(end: InstallEnd): void
}

export interface WatchedWork {
  to(doneBytes: number): void
  /** It is done. Not called when it fails. */
  end(): void
}

/** For where nobody looks on. */
export const unwatched: WatchedWork = { to: () => undefined, end: () => undefined }
