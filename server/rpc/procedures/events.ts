import { array, i32, i64, optional, string, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { EventMessage } from '../procedure.ts'
import { QEMU_PROGRAM, REMOTE_PROGRAM } from '../procedure.ts'
import { domain, network, nodeDevice, params, pool } from '../types.ts'

/** Messages the daemon sends by itself; each begins with the id that the registration returned. */

export const domainEventLifecycle = {
  program: REMOTE_PROGRAM,
  number: 318,
  name: 'domain_event_callback_lifecycle',
  payload: struct({ callbackId: i32, dom: domain, event: i32, detail: i32 }),
} as const satisfies EventMessage

export const domainEventReboot = {
  program: REMOTE_PROGRAM,
  number: 319,
  name: 'domain_event_callback_reboot',
  payload: struct({ callbackId: i32, dom: domain }),
} as const satisfies EventMessage

export const domainEventRtcChange = {
  program: REMOTE_PROGRAM,
  number: 320,
  name: 'domain_event_callback_rtc_change',
  payload: struct({ callbackId: i32, dom: domain, offset: i64 }),
} as const satisfies EventMessage

export const domainEventWatchdog = {
  program: REMOTE_PROGRAM,
  number: 321,
  name: 'domain_event_callback_watchdog',
  payload: struct({ callbackId: i32, dom: domain, action: i32 }),
} as const satisfies EventMessage

export const domainEventIoError = {
  program: REMOTE_PROGRAM,
  number: 322,
  name: 'domain_event_callback_io_error',
  payload: struct({
    callbackId: i32,
    dom: domain,
    srcPath: string,
    devAlias: string,
    action: i32,
  }),
} as const satisfies EventMessage

export const domainEventGraphics = {
  program: REMOTE_PROGRAM,
  number: 323,
  name: 'domain_event_callback_graphics',
  payload: struct({
    callbackId: i32,
    dom: domain,
    phase: i32,
    local: struct({ family: i32, node: string, service: string }),
    remote: struct({ family: i32, node: string, service: string }),
    authScheme: string,
    subject: array(struct({ type: string, name: string }), Max.graphicsIdentity),
  }),
} as const satisfies EventMessage

export const domainEventIoErrorReason = {
  program: REMOTE_PROGRAM,
  number: 324,
  name: 'domain_event_callback_io_error_reason',
  payload: struct({
    callbackId: i32,
    dom: domain,
    srcPath: string,
    devAlias: string,
    action: i32,
    reason: string,
  }),
} as const satisfies EventMessage

export const domainEventControlError = {
  program: REMOTE_PROGRAM,
  number: 325,
  name: 'domain_event_callback_control_error',
  payload: struct({ callbackId: i32, dom: domain }),
} as const satisfies EventMessage

export const domainEventBlockJob = {
  program: REMOTE_PROGRAM,
  number: 326,
  name: 'domain_event_callback_block_job',
  payload: struct({ callbackId: i32, dom: domain, path: string, type: i32, status: i32 }),
} as const satisfies EventMessage

export const domainEventDiskChange = {
  program: REMOTE_PROGRAM,
  number: 327,
  name: 'domain_event_callback_disk_change',
  payload: struct({
    callbackId: i32,
    dom: domain,
    oldSrcPath: optional(string),
    newSrcPath: optional(string),
    devAlias: string,
    reason: i32,
  }),
} as const satisfies EventMessage

export const domainEventTrayChange = {
  program: REMOTE_PROGRAM,
  number: 328,
  name: 'domain_event_callback_tray_change',
  payload: struct({ callbackId: i32, dom: domain, devAlias: string, reason: i32 }),
} as const satisfies EventMessage

export const domainEventPmwakeup = {
  program: REMOTE_PROGRAM,
  number: 329,
  name: 'domain_event_callback_pmwakeup',
  payload: struct({ callbackId: i32, reason: i32, dom: domain }),
} as const satisfies EventMessage

export const domainEventPmsuspend = {
  program: REMOTE_PROGRAM,
  number: 330,
  name: 'domain_event_callback_pmsuspend',
  payload: struct({ callbackId: i32, reason: i32, dom: domain }),
} as const satisfies EventMessage

export const domainEventBalloonChange = {
  program: REMOTE_PROGRAM,
  number: 331,
  name: 'domain_event_callback_balloon_change',
  payload: struct({ callbackId: i32, dom: domain, actual: u64 }),
} as const satisfies EventMessage

export const domainEventPmsuspendDisk = {
  program: REMOTE_PROGRAM,
  number: 332,
  name: 'domain_event_callback_pmsuspend_disk',
  payload: struct({ callbackId: i32, reason: i32, dom: domain }),
} as const satisfies EventMessage

export const domainEventDeviceRemoved = {
  program: REMOTE_PROGRAM,
  number: 333,
  name: 'domain_event_callback_device_removed',
  payload: struct({ callbackId: i32, dom: domain, devAlias: string }),
} as const satisfies EventMessage

export const domainEventBlockJob2 = {
  program: REMOTE_PROGRAM,
  number: 339,
  name: 'domain_event_block_job_2',
  payload: struct({ callbackId: i32, dom: domain, dst: string, type: i32, status: i32 }),
} as const satisfies EventMessage

export const domainEventTunable = {
  program: REMOTE_PROGRAM,
  number: 346,
  name: 'domain_event_callback_tunable',
  payload: struct({ callbackId: i32, dom: domain, params: params() }),
} as const satisfies EventMessage

export const domainEventAgentLifecycle = {
  program: REMOTE_PROGRAM,
  number: 348,
  name: 'domain_event_callback_agent_lifecycle',
  payload: struct({ callbackId: i32, dom: domain, state: i32, reason: i32 }),
} as const satisfies EventMessage

export const domainEventDeviceAdded = {
  program: REMOTE_PROGRAM,
  number: 354,
  name: 'domain_event_callback_device_added',
  payload: struct({ callbackId: i32, dom: domain, devAlias: string }),
} as const satisfies EventMessage

export const domainEventMigrationIteration = {
  program: REMOTE_PROGRAM,
  number: 359,
  name: 'domain_event_callback_migration_iteration',
  payload: struct({ callbackId: i32, dom: domain, iteration: i32 }),
} as const satisfies EventMessage

export const domainEventJobCompleted = {
  program: REMOTE_PROGRAM,
  number: 363,
  name: 'domain_event_callback_job_completed',
  payload: struct({ callbackId: i32, dom: domain, params: params() }),
} as const satisfies EventMessage

export const domainEventDeviceRemovalFailed = {
  program: REMOTE_PROGRAM,
  number: 367,
  name: 'domain_event_callback_device_removal_failed',
  payload: struct({ callbackId: i32, dom: domain, devAlias: string }),
} as const satisfies EventMessage

export const domainEventMetadataChange = {
  program: REMOTE_PROGRAM,
  number: 379,
  name: 'domain_event_callback_metadata_change',
  payload: struct({ callbackId: i32, dom: domain, type: i32, nsuri: optional(string) }),
} as const satisfies EventMessage

export const domainEventBlockThreshold = {
  program: REMOTE_PROGRAM,
  number: 385,
  name: 'domain_event_block_threshold',
  payload: struct({
    callbackId: i32,
    dom: domain,
    dev: string,
    path: optional(string),
    threshold: u64,
    excess: u64,
  }),
} as const satisfies EventMessage

export const domainEventMemoryFailure = {
  program: REMOTE_PROGRAM,
  number: 423,
  name: 'domain_event_memory_failure',
  payload: struct({
    callbackId: i32,
    dom: domain,
    recipient: i32,
    action: i32,
    flags: u32,
  }),
} as const satisfies EventMessage

export const domainEventMemoryDeviceSizeChange = {
  program: REMOTE_PROGRAM,
  number: 438,
  name: 'domain_event_memory_device_size_change',
  payload: struct({ callbackId: i32, dom: domain, alias: string, size: u64 }),
} as const satisfies EventMessage

export const networkEventLifecycle = {
  program: REMOTE_PROGRAM,
  number: 315,
  name: 'network_event_lifecycle',
  payload: struct({ callbackId: i32, net: network, event: i32, detail: i32 }),
} as const satisfies EventMessage

export const storagePoolEventLifecycle = {
  program: REMOTE_PROGRAM,
  number: 370,
  name: 'storage_pool_event_lifecycle',
  payload: struct({ callbackId: i32, pool, event: i32, detail: i32 }),
} as const satisfies EventMessage

export const storagePoolEventRefresh = {
  program: REMOTE_PROGRAM,
  number: 373,
  name: 'storage_pool_event_refresh',
  payload: struct({ callbackId: i32, pool }),
} as const satisfies EventMessage

export const nodeDeviceEventLifecycle = {
  program: REMOTE_PROGRAM,
  number: 376,
  name: 'node_device_event_lifecycle',
  payload: struct({ callbackId: i32, dev: nodeDevice, event: i32, detail: i32 }),
} as const satisfies EventMessage

export const nodeDeviceEventUpdate = {
  program: REMOTE_PROGRAM,
  number: 377,
  name: 'node_device_event_update',
  payload: struct({ callbackId: i32, dev: nodeDevice }),
} as const satisfies EventMessage

export const connectEventConnectionClosed = {
  program: REMOTE_PROGRAM,
  number: 362,
  name: 'connect_event_connection_closed',
  payload: struct({ callbackId: i32, reason: i32 }),
} as const satisfies EventMessage

export const qemuMonitorEvent = {
  program: QEMU_PROGRAM,
  number: 6,
  name: 'qemu_monitor_event',
  payload: struct({
    callbackId: i32,
    dom: domain,
    event: string,
    seconds: i64,
    micros: u32,
    details: optional(string),
  }),
} as const satisfies EventMessage
