import type { MigrationOptions } from '../contract/migration.ts'
import type { MigrateFlags } from '../libvirt/migration.ts'
import type { TypedParam } from '../libvirt/params.ts'

/** What is sent to the daemons. */
export interface MoveCall {
  set: MigrateFlags
  params: TypedParam[]
}

/** The options as flags and typed parameters (VIR_MIGRATE_PARAM_*). */
export function callOf(options: MigrationOptions): MoveCall {
  const { offline } = options
  const set: MigrateFlags = {
    live: options.live && !offline,
    offline,
    peerToPeer: options.way === 'peer-to-peer',
    tunnelled: options.tunnelled,
    persistDestination: options.persistent,
    undefineSource: options.undefineSource,
    paused: options.paused,
    nonSharedDisk: options.copyStorage === 'full',
    nonSharedIncremental: options.copyStorage === 'incremental',
    compressed: options.compression.length > 0,
    abortOnError: options.abortOnError,
    unsafe: options.unsafe,
    autoConverge: options.autoConverge !== null,
    postCopy: options.postCopy,
    parallel: options.parallelConnections !== null,
  }
  const params: TypedParam[] = []
  const text = (field: string, value: string | null) => {
    if (value !== null) params.push({ field, type: 'string', value })
  }
  const int = (field: string, value: number | null | undefined) => {
    if (value !== null && value !== undefined) params.push({ field, type: 'int', value })
  }
  const big = (field: string, value: number | null) => {
    if (value !== null) params.push({ field, type: 'ullong', value })
  }
  text('migrate_uri', options.migrateUri)
  text('destination_name', options.destinationName)
  text('destination_xml', options.destinationXml)
  text('persistent_xml', options.persistentXml)
  text('listen_address', options.listenAddress)
  text('disks_uri', options.disksUri)
  for (const disk of options.copyDisks) text('migrate_disks', disk)
  big('bandwidth', options.bandwidthMiBps)
  big('bandwidth.postcopy', options.postCopyBandwidthMiBps)
  for (const method of options.compression) text('compression', method)
  big('compression.xbzrle.cache', options.compressionXbzrleCacheBytes)
  int('compression.mt.level', options.compressionMtLevel)
  int('compression.mt.threads', options.compressionMtThreads)
  int('compression.mt.dthreads', options.compressionMtDthreads)
  int('auto_converge.initial', options.autoConverge?.initialPercent)
  int('auto_converge.increment', options.autoConverge?.incrementPercent)
  int('parallel.connections', options.parallelConnections)
  return { set, params }
}

/** The parameters with one of them set to another value. */
export function withText(
  params: readonly TypedParam[],
  field: string,
  value: string,
): TypedParam[] {
  const others = params.filter((param) => param.field !== field)
  return [...others, { field, type: 'string', value }]
}
