/** virDomainState in the words of `virsh domstate`-like reports. */
export const DOMAIN_STATES = [
  'none',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
] as const
export type DomainState = (typeof DOMAIN_STATES)[number]

/** Reasons by state (virDomain*Reason, include/libvirt/libvirt-domain.h v9.0.0). */
const STATE_REASONS: Record<DomainState, readonly string[]> = {
  none: ['unknown'],
  running: [
    'unknown',
    'booted',
    'migrated',
    'restored',
    'from-snapshot',
    'unpaused',
    'migration-canceled',
    'save-canceled',
    'wakeup',
    'crashed',
    'postcopy',
    'postcopy-failed',
  ],
  blocked: ['unknown'],
  paused: [
    'unknown',
    'user',
    'migration',
    'save',
    'dump',
    'ioerror',
    'watchdog',
    'from-snapshot',
    'shutting-down',
    'snapshot',
    'crashed',
    'starting-up',
    'postcopy',
    'postcopy-failed',
  ],
  shutdown: ['unknown', 'user'],
  shutoff: [
    'unknown',
    'shutdown',
    'destroyed',
    'crashed',
    'migrated',
    'saved',
    'failed',
    'from-snapshot',
    'daemon',
  ],
  crashed: ['unknown', 'panicked'],
  pmsuspended: ['unknown'],
}

/** Name of a virDomainState; `none` for one that is newer than this table. */
export function domainState(number: number): DomainState {
  return DOMAIN_STATES[number] ?? 'none'
}

/** Name of a reason within a state. */
export function stateReason(state: DomainState, number: number): string {
  return STATE_REASONS[state][number] ?? 'unknown'
}

/** virDomainEventType and its details. */
export const LIFECYCLE_DETAILS = {
  defined: ['added', 'updated', 'renamed', 'from-snapshot'],
  undefined: ['removed', 'renamed'],
  started: ['booted', 'migrated', 'restored', 'from-snapshot', 'wakeup'],
  suspended: [
    'paused',
    'migrated',
    'ioerror',
    'watchdog',
    'restored',
    'from-snapshot',
    'api-error',
    'postcopy',
    'postcopy-failed',
  ],
  resumed: ['unpaused', 'migrated', 'from-snapshot', 'postcopy', 'postcopy-failed'],
  stopped: [
    'shutdown',
    'destroyed',
    'crashed',
    'migrated',
    'saved',
    'failed',
    'from-snapshot',
  ],
  shutdown: ['finished', 'guest', 'host'],
  pmsuspended: ['memory', 'disk'],
  crashed: ['panicked', 'crashloaded'],
} as const satisfies Record<string, readonly string[]>
export type LifecycleEvent = keyof typeof LIFECYCLE_DETAILS | 'unknown'

/** In the order of their numbers. */
const LIFECYCLE_EVENTS = [
  'defined',
  'undefined',
  'started',
  'suspended',
  'resumed',
  'stopped',
  'shutdown',
  'pmsuspended',
  'crashed',
] as const

/** Names of a lifecycle event and its detail; `unknown` for newer ones. */
export function lifecycleEvent(
  event: number,
  detail: number,
): { event: LifecycleEvent; detail: string } {
  const name = LIFECYCLE_EVENTS[event]
  if (name === undefined) return { event: 'unknown', detail: 'unknown' }
  const details: readonly string[] = LIFECYCLE_DETAILS[name]
  return { event: name, detail: details[detail] ?? 'unknown' }
}

/** virNetworkEventLifecycleType. */
export const NETWORK_EVENTS = ['defined', 'undefined', 'started', 'stopped'] as const
/** virStoragePoolEventLifecycleType. */
export const POOL_EVENTS = [
  'defined',
  'undefined',
  'started',
  'stopped',
  'created',
  'deleted',
] as const
/** virNodeDeviceEventLifecycleType. */
export const NODE_DEVICE_EVENTS = ['created', 'deleted', 'defined', 'undefined'] as const
/** virStoragePoolState. */
export const POOL_STATES = [
  'inactive',
  'building',
  'running',
  'degraded',
  'inaccessible',
] as const
/** virStorageVolType. */
export const VOLUME_TYPES = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const
/** virDomainJobType. */
export const JOB_TYPES = [
  'none',
  'bounded',
  'unbounded',
  'completed',
  'failed',
  'cancelled',
] as const
/** virDomainJobOperation. */
export const JOB_OPERATIONS = [
  'unknown',
  'start',
  'save',
  'restore',
  'migration-in',
  'migration-out',
  'snapshot',
  'snapshot-revert',
  'dump',
  'backup',
  'snapshot-delete',
] as const
