import type { Ksm } from '../contract/overcommit.ts'
import type { KsmReading } from './host-link.ts'

/** Standing still for this long is called idle. ksmd pauses 20 ms by default between two goes. */
const idleAfterMs = 20_000
/** A change this long ago tells nothing of now. */
const freshMs = 120_000

/**
 * Tells from one reading to the next whether KSM does anything: libvirt has its figures and three of
 * its settings, but not the switch (/sys/kernel/mm/ksm/run).
 */
export class KsmWatch {
  #firstAtMs: number | null = null
  #changedAtMs: number | null = null
  #moving = ''

  take(reading: KsmReading, pageKiB: number, nowMs: number): Ksm {
    const figure = (name: string) => Math.max(0, reading.get(`shm_${name}`) ?? 0)
    const moving = ['full_scans', 'pages_shared', 'pages_unshared', 'pages_volatile']
      .map(figure)
      .join()
    if (this.#firstAtMs !== null && moving !== this.#moving) this.#changedAtMs = nowMs
    this.#firstAtMs ??= nowMs
    this.#moving = moving
    const watchedMs = nowMs - this.#firstAtMs
    const pagesSharing = figure('pages_sharing')
    const merge = reading.get('shm_merge_across_nodes')
    const moves = this.#changedAtMs !== null && nowMs - this.#changedAtMs <= freshMs
    return {
      pagesShared: figure('pages_shared'),
      pagesSharing,
      pagesUnshared: figure('pages_unshared'),
      pagesVolatile: figure('pages_volatile'),
      fullScans: figure('full_scans'),
      pagesToScan: figure('pages_to_scan'),
      sleepMs: figure('sleep_millisecs'),
      mergeAcrossNodes: merge === undefined ? null : merge !== 0,
      savedKiB: pagesSharing * pageKiB,
      activity:
        pagesSharing > 0
          ? 'saving'
          : moves
            ? 'scanning'
            : watchedMs >= idleAfterMs
              ? 'idle'
              : 'unknown',
      watchedSeconds: Math.round(watchedMs / 1000),
    }
  }
}
