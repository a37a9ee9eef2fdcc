import type { PreflightFinding } from '../contract/preflight.ts'
import type {
  DiskMoveFacts,
  DomainMoveFacts,
  HostMoveFacts,
  MeetingFacts,
  PoolMoveFacts,
} from './move-facts.ts'
import { finding } from './preflight-finding.ts'
import { withoutIdentity } from './preflight-network.ts'

export interface StorageFindings {
  findings: PreflightFinding[]
  copyDisks: string[]
  copyBytes: number
}

/** Whether each disk is there already, must be copied, or has no place to be copied to. */
export function storageFindings(
  domain: DomainMoveFacts,
  source: HostMoveFacts,
  target: HostMoveFacts,
  meeting: MeetingFacts,
): StorageFindings {
  const findings: PreflightFinding[] = []
  const copied: DiskMoveFacts[] = []
  const demand = new Map<PoolMoveFacts, number>()
  for (const disk of domain.disks) {
    if (disk.source === null) continue
    const found = diskFinding(disk, source, target, meeting)
    findings.push(found)
    if (found.code !== 'storage-copy') continue
    copied.push(disk)
    const pool = poolOf(disk, target)
    if (pool) demand.set(pool, (demand.get(pool) ?? 0) + disk.bytes)
  }
  for (const [pool, needBytes] of demand) {
    if (needBytes <= pool.availableBytes) continue
    const params = {
      name: pool.name,
      host: target.name,
      needBytes,
      freeBytes: pool.availableBytes,
    }
    findings.push(finding('storage', 'error', 'storage-no-room', params))
  }
  if (findings.length === 0) findings.push(finding('storage', 'ok', 'storage-none'))
  return {
    findings,
    copyDisks: copied.map((disk) => disk.target),
    copyBytes: copied.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

function diskFinding(
  disk: DiskMoveFacts,
  source: HostMoveFacts,
  target: HostMoveFacts,
  { present }: MeetingFacts,
): PreflightFinding {
  const path = disk.source ?? ''
  const params = { disk: disk.target, path, host: target.name, bytes: disk.bytes }
  if (disk.type === 'network') return finding('storage', 'ok', 'storage-shared', params)
  const [here, there] = [poolOf(disk, source), poolOf(disk, target)]
  if (here?.origin && here.origin === there?.origin) {
    return there.active
      ? finding('storage', 'ok', 'storage-shared', params)
      : inactive(there, params)
  }
  if (present.has(path)) {
    // Maybe the same file on storage that libvirt has no pool for, maybe only its namesake.
    const medium = disk.device !== 'disk' || disk.readOnly
    return finding('storage', medium ? 'ok' : 'warning', 'storage-same-path', params)
  }
  if (disk.device !== 'disk' || disk.type !== 'file') {
    const code = disk.device === 'disk' ? 'storage-outside' : 'storage-medium-missing'
    return finding('storage', 'error', code, params)
  }
  if (!there) {
    const remedy = here
      ? ({ kind: 'define-pool', name: here.name, xml: poolXmlFor(here) } as const)
      : null
    const folder = path.slice(0, path.lastIndexOf('/')) || '/'
    return finding('storage', 'error', 'storage-no-pool', { ...params, folder }, remedy)
  }
  if (!there.active) return inactive(there, params)
  return finding('storage', 'warning', 'storage-copy', { ...params, name: there.name })
}

function inactive(
  { name }: PoolMoveFacts,
  params: PreflightFinding['params'],
): PreflightFinding {
  const remedy = { kind: 'start-pool', name } as const
  return finding('storage', 'error', 'storage-pool-inactive', { ...params, name }, remedy)
}

/** The pool in whose folder a disk lies: the one that libvirt would make the copy in. */
function poolOf(disk: DiskMoveFacts, { pools }: HostMoveFacts): PoolMoveFacts | null {
  const path = disk.source ?? ''
  const slash = path.lastIndexOf('/')
  if (disk.type === 'volume') {
    return pools.find(({ name }) => name === path.slice(0, path.indexOf('/'))) ?? null
  }
  const folder = path.slice(0, slash)
  return pools.find((pool) => pool.path !== null && trimmed(pool.path) === folder) ?? null
}

const trimmed = (path: string) => path.replace(/\/+$/, '')

/** The pool of one host for another: without its uuid and without how full it is there. */
export function poolXmlFor({ xml }: PoolMoveFacts): string {
  return withoutIdentity(xml).replace(
    /^[ \t]*<(capacity|allocation|available)[^>]*>[^<]*<\/\1>[ \t]*\n?/gm,
    '',
  )
}
