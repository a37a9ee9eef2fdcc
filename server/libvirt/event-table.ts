import type { EventMessage, PayloadOf } from '../rpc/procedure.ts'
import * as message from '../rpc/procedures/events.ts'
import { paramsByName } from './params.ts'
import { toNumber } from './session.ts'
import {
  lifecycleEvent,
  NETWORK_EVENTS,
  NODE_DEVICE_EVENTS,
  POOL_EVENTS,
} from './states.ts'

/** Which registration call an event needs; `id` is its number there. */
type Registration = 'domain' | 'network' | 'pool' | 'node-device' | 'monitor'

interface EventRow {
  readonly registration: Registration
  readonly id: number
  readonly message: EventMessage
  readonly read: (payload: never) => unknown
}

function event<M extends EventMessage, T>(
  registration: Registration,
  id: number,
  wire: M,
  read: (payload: PayloadOf<M>) => T,
) {
  return { registration, id, message: wire, read } as const
}

interface Dom {
  dom: { uuid: string; name: string }
}

function of({ dom }: Dom): { uuid: string; name: string } {
  return { uuid: dom.uuid, name: dom.name }
}

function alias(payload: Dom & { devAlias: string }) {
  return { ...of(payload), alias: payload.devAlias }
}

const AGENT_STATES = ['unknown', 'connected', 'disconnected'] as const
const AGENT_REASONS = ['unknown', 'domain-started', 'channel'] as const
const IO_ERROR_ACTIONS = ['none', 'pause', 'report'] as const
const WATCHDOG_ACTIONS = [
  'none',
  'pause',
  'reset',
  'poweroff',
  'shutdown',
  'debug',
  'inject-nmi',
] as const
const METADATA_TYPES = ['description', 'title', 'element'] as const
const BLOCK_JOB_STATUS = ['completed', 'failed', 'cancelled', 'ready'] as const

/**
 * All events that can be subscribed to: what registers them (virDomainEventID and its
 * siblings), which message brings them, and what a listener is given.
 */
export const EVENTS = {
  lifecycle: event('domain', 0, message.domainEventLifecycle, (it) => ({
    ...of(it),
    id: it.dom.id,
    ...lifecycleEvent(it.event, it.detail),
  })),
  reboot: event('domain', 1, message.domainEventReboot, of),
  rtcChange: event('domain', 2, message.domainEventRtcChange, (it) => ({
    ...of(it),
    offsetSeconds: toNumber(it.offset),
  })),
  watchdog: event('domain', 3, message.domainEventWatchdog, (it) => ({
    ...of(it),
    action: WATCHDOG_ACTIONS[it.action] ?? 'none',
  })),
  graphics: event('domain', 5, message.domainEventGraphics, (it) => ({
    ...of(it),
    phase: (['connect', 'initialize', 'disconnect'] as const)[it.phase] ?? 'connect',
    remote: it.remote,
    authScheme: it.authScheme,
  })),
  ioError: event('domain', 6, message.domainEventIoErrorReason, (it) => ({
    ...alias(it),
    path: it.srcPath,
    action: IO_ERROR_ACTIONS[it.action] ?? 'none',
    reason: it.reason,
  })),
  controlError: event('domain', 7, message.domainEventControlError, of),
  diskChange: event('domain', 9, message.domainEventDiskChange, (it) => ({
    ...alias(it),
    oldPath: it.oldSrcPath,
    newPath: it.newSrcPath,
  })),
  trayChange: event('domain', 10, message.domainEventTrayChange, (it) => ({
    ...alias(it),
    tray: it.reason === 0 ? ('open' as const) : ('closed' as const),
  })),
  pmWakeup: event('domain', 11, message.domainEventPmwakeup, of),
  pmSuspend: event('domain', 12, message.domainEventPmsuspend, of),
  /** The balloon moved: KiB the guest has now. */
  balloonChange: event('domain', 13, message.domainEventBalloonChange, (it) => ({
    ...of(it),
    actualKiB: toNumber(it.actual),
  })),
  pmSuspendDisk: event('domain', 14, message.domainEventPmsuspendDisk, of),
  deviceRemoved: event('domain', 15, message.domainEventDeviceRemoved, alias),
  blockJob: event('domain', 16, message.domainEventBlockJob2, (it) => ({
    ...of(it),
    disk: it.dst,
    type: it.type,
    status: BLOCK_JOB_STATUS[it.status] ?? 'failed',
  })),
  tunable: event('domain', 17, message.domainEventTunable, (it) => ({
    ...of(it),
    params: paramsByName(it.params),
  })),
  agentLifecycle: event('domain', 18, message.domainEventAgentLifecycle, (it) => ({
    ...of(it),
    state: AGENT_STATES[it.state] ?? 'unknown',
    reason: AGENT_REASONS[it.reason] ?? 'unknown',
  })),
  deviceAdded: event('domain', 19, message.domainEventDeviceAdded, alias),
  migrationIteration: event('domain', 20, message.domainEventMigrationIteration, (it) => ({
    ...of(it),
    iteration: it.iteration,
  })),
  /** The job's final numbers, with the fields of jobs.stats(). */
  jobCompleted: event('domain', 21, message.domainEventJobCompleted, (it) => ({
    ...of(it),
    params: paramsByName(it.params),
  })),
  deviceRemovalFailed: event('domain', 22, message.domainEventDeviceRemovalFailed, alias),
  metadataChange: event('domain', 23, message.domainEventMetadataChange, (it) => ({
    ...of(it),
    type: METADATA_TYPES[it.type] ?? 'element',
    nsUri: it.nsuri,
  })),
  blockThreshold: event('domain', 24, message.domainEventBlockThreshold, (it) => ({
    ...of(it),
    device: it.dev,
    path: it.path,
    thresholdBytes: toNumber(it.threshold),
    excessBytes: toNumber(it.excess),
  })),
  memoryFailure: event('domain', 25, message.domainEventMemoryFailure, (it) => ({
    ...of(it),
    recipient: it.recipient === 1 ? ('guest' as const) : ('hypervisor' as const),
    action: (['ignore', 'inject', 'fatal', 'reset'] as const)[it.action] ?? 'ignore',
    actionRequired: (it.flags & 1) !== 0,
    recursive: (it.flags & 2) !== 0,
  })),
  memoryDeviceSizeChange: event(
    'domain',
    26,
    message.domainEventMemoryDeviceSizeChange,
    (it) => ({ ...of(it), alias: it.alias, sizeKiB: toNumber(it.size) }),
  ),
  networkLifecycle: event('network', 0, message.networkEventLifecycle, (it) => ({
    uuid: it.net.uuid,
    name: it.net.name,
    event: NETWORK_EVENTS[it.event] ?? 'unknown',
  })),
  poolLifecycle: event('pool', 0, message.storagePoolEventLifecycle, (it) => ({
    uuid: it.pool.uuid,
    name: it.pool.name,
    event: POOL_EVENTS[it.event] ?? 'unknown',
  })),
  poolRefresh: event('pool', 1, message.storagePoolEventRefresh, (it) => ({
    uuid: it.pool.uuid,
    name: it.pool.name,
  })),
  nodeDeviceLifecycle: event('node-device', 0, message.nodeDeviceEventLifecycle, (it) => ({
    name: it.dev.name,
    event: NODE_DEVICE_EVENTS[it.event] ?? 'unknown',
  })),
  nodeDeviceUpdate: event('node-device', 1, message.nodeDeviceEventUpdate, (it) => ({
    name: it.dev.name,
  })),
  /** QMP events that pass the filter of `monitorEvents`; `details` is JSON text. */
  monitor: event('monitor', 0, message.qemuMonitorEvent, (it) => ({
    ...of(it),
    event: it.event,
    atMs: toNumber(it.seconds) * 1_000 + it.micros / 1_000,
    details: it.details,
  })),
} as const satisfies Record<string, EventRow>

export type EventName = keyof typeof EVENTS
/** What a listener of an event is given. */
export type EventPayload<N extends EventName> = ReturnType<(typeof EVENTS)[N]['read']>
