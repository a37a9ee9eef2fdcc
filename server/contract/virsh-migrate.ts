import type { MigrationConflict, MigrationOptions } from './migration.ts'
import { virshLine } from './virsh-line.ts'

/** What a `virsh migrate` line needs to know besides the options. */
export interface MigrateLineFacts {
  domain: { name: string; uuid: string }
  /** As Ballast connects to them. */
  sourceUri: string
  targetUri: string
  /** Goes on with a post-copy whose link broke. */
  resume?: boolean
}

/**
 * What does not fit together, in the order of the options; empty = may be sent. The rules are those of
 * virDomainMigrate3 and qemuMigrationSrcIsAllowed (libvirt 9), and of QEMU for post-copy.
 */
export function migrationConflicts(
  options: MigrationOptions,
  hosts: { source: string; target: string; targetUri: string },
): MigrationConflict[] {
  const peer = options.way === 'peer-to-peer'
  const copies = options.copyStorage !== 'none'
  const compresses = options.compression.length > 0
  const compressionDetail =
    options.compressionXbzrleCacheBytes !== null ||
    options.compressionMtLevel !== null ||
    options.compressionMtThreads !== null ||
    options.compressionMtDthreads !== null
  const rules: [MigrationConflict, boolean][] = [
    ['same-host', hosts.source === hosts.target],
    ['offline-not-persistent', options.offline && !options.persistent],
    ['offline-copies-nothing', options.offline && copies],
    ['tunnelled-needs-peer-to-peer', options.tunnelled && !peer],
    [
      'tunnelled-excludes-parallel',
      options.tunnelled && options.parallelConnections !== null,
    ],
    ['tunnelled-excludes-post-copy', options.tunnelled && options.postCopy],
    ['disks-without-copy', options.copyDisks.length > 0 && !copies],
    ['post-copy-excludes-compression', options.postCopy && compresses],
    ['compression-detail-without-method', compressionDetail && !compresses],
    ['peer-uri-needs-peer-to-peer', options.peerUri !== null && !peer],
    [
      'peer-to-peer-needs-host',
      peer && options.peerUri === null && peerUriFrom(hosts.targetUri) === null,
    ],
  ]
  return rules.filter(([, broken]) => broken).map(([conflict]) => conflict)
}

/**
 * The target's URI for another host's daemon: without what only this machine has (key file, known
 * hosts). null when it names no host: a socket of this machine is of no use there.
 */
export function peerUriFrom(targetUri: string): string | null {
  const match = /^([a-z]+\+(?:ssh|tls|tcp|libssh2?)):\/\/([^/?#]+)(\/[^?#]*)?/.exec(
    targetUri,
  )
  return match ? `${match[1]}://${match[2]}${match[3] ?? '/system'}` : null
}

/**
 * The `virsh migrate` line that does exactly the same, ready to be pasted into a shell; with the line
 * that sets the downtime limit before it where one is asked for. XML that was handed in stands for a file.
 */
export function migrateLine(
  options: MigrationOptions,
  { domain, sourceUri, targetUri, resume = false }: MigrateLineFacts,
): string {
  const words: string[] = []
  const flag = (set: boolean, word: string) => {
    if (set) words.push(word)
  }
  const value = (word: string, given: string | number | null) => {
    if (given !== null) words.push(word, String(given))
  }
  const peer = options.way === 'peer-to-peer'
  flag(options.live && !options.offline, '--live')
  flag(options.offline, '--offline')
  flag(peer, '--p2p')
  flag(options.tunnelled, '--tunnelled')
  flag(options.persistent, '--persistent')
  flag(options.undefineSource, '--undefinesource')
  flag(options.paused, '--suspend')
  flag(options.copyStorage === 'full', '--copy-storage-all')
  flag(options.copyStorage === 'incremental', '--copy-storage-inc')
  value('--migrate-disks', options.copyDisks.join(',') || null)
  value('--disks-uri', options.disksUri)
  flag(options.autoConverge !== null, '--auto-converge')
  value('--auto-converge-initial', options.autoConverge?.initialPercent ?? null)
  value('--auto-converge-increment', options.autoConverge?.incrementPercent ?? null)
  flag(options.postCopy, '--postcopy')
  flag(options.postCopy && options.postCopyAfterFirstPass, '--postcopy-after-precopy')
  flag(resume, '--postcopy-resume')
  value('--postcopy-bandwidth', options.postCopyBandwidthMiBps)
  flag(options.compression.length > 0, '--compressed')
  value('--comp-methods', options.compression.join(',') || null)
  value('--comp-xbzrle-cache', options.compressionXbzrleCacheBytes)
  value('--comp-mt-level', options.compressionMtLevel)
  value('--comp-mt-threads', options.compressionMtThreads)
  value('--comp-mt-dthreads', options.compressionMtDthreads)
  flag(options.parallelConnections !== null, '--parallel')
  value('--parallel-connections', options.parallelConnections)
  value('--bandwidth', options.bandwidthMiBps)
  flag(options.abortOnError, '--abort-on-error')
  flag(options.unsafe, '--unsafe')
  value('--migrateuri', options.migrateUri)
  value('--listen-address', options.listenAddress)
  value('--dname', options.destinationName)
  value('--xml', options.destinationXml === null ? null : 'target.xml')
  value('--persistent-xml', options.persistentXml === null ? null : 'target-persistent.xml')
  const destination = peer ? (options.peerUri ?? peerUriFrom(targetUri)) : targetUri
  const line = virshLine(sourceUri, 'migrate', domain, destination ?? targetUri, ...words)
  if (options.maxDowntimeMs === null || options.offline || resume) return line
  const limit = String(options.maxDowntimeMs)
  return `${virshLine(sourceUri, 'migrate-setmaxdowntime', domain, limit)} && ${line}`
}
