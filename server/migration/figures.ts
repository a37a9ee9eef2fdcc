import type { MigrationFigures } from '../contract/migration.ts'

/** A job field as libvirt's typed parameters carry it. */
export type JobFields = Readonly<Record<string, unknown>>

/** Sums over which nothing can be said: QEMU fills them with 2^63 and more. */
const absurd = 2 ** 62

/**
 * What `virDomainGetJobStats` said, as figures with units. Fields: libvirt-domain.h, VIR_DOMAIN_JOB_*.
 *
 * @param atMs when it was asked, epoch ms
 */
export function figuresOf(fields: JobFields, atMs: number): MigrationFigures {
  const get = (name: string): number | null => {
    const value = fields[name]
    if (typeof value !== 'number' && typeof value !== 'bigint') return null
    const number = Number(value)
    return Number.isFinite(number) && number >= 0 && number < absurd ? number : null
  }
  const pageBytes = get('memory_page_size') ?? 4_096
  const dirtyPagesPerSecond = get('memory_dirty_rate')
  const pass = get('memory_iteration')
  const compression = {
    cacheBytes: get('compression_cache'),
    bytes: get('compression_bytes'),
    pages: get('compression_pages'),
    cacheMisses: get('compression_cache_misses'),
    overflow: get('compression_overflow'),
  }
  return {
    atMs,
    elapsedMs: get('time_elapsed'),
    pass,
    totalBytes: get('data_total'),
    remainingBytes: get('data_remaining'),
    processedBytes: get('data_processed'),
    memoryTotalBytes: get('memory_total'),
    memoryRemainingBytes: get('memory_remaining'),
    memoryProcessedBytes: get('memory_processed'),
    memoryBytesPerSecond: get('memory_bps'),
    dirtyPagesPerSecond,
    pageBytes,
    // QEMU measures it at the end of a pass: before that the 0 says nothing.
    dirtyBytesPerSecond:
      dirtyPagesPerSecond === null || (pass ?? 0) < 2
        ? null
        : dirtyPagesPerSecond * pageBytes,
    zeroPages: get('memory_constant'),
    normalPages: get('memory_normal'),
    normalBytes: get('memory_normal_bytes'),
    throttlePercent: get('auto_converge_throttle'),
    postCopyRequests: get('memory_postcopy_requests'),
    diskTotalBytes: get('disk_total'),
    diskRemainingBytes: get('disk_remaining'),
    diskProcessedBytes: get('disk_processed'),
    diskBytesPerSecond: get('disk_bps'),
    compression: Object.values(compression).some((value) => value !== null)
      ? compression
      : null,
    downtimeMs: get('downtime'),
    downtimeNetMs: get('downtime_net'),
    setupMs: get('setup_time'),
  }
}
