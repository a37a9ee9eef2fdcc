import { i32, none, optional, struct } from '../codec.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, network, nodeDevice, pool } from '../types.ts'

/** Registration of events by callback id. */

export const connectDomainEventCallbackRegisterAny = {
  program: REMOTE_PROGRAM,
  number: 316,
  name: 'connect_domain_event_callback_register_any',
  args: struct({ eventId: i32, dom: optional(domain) }),
  ret: struct({ callbackId: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectDomainEventCallbackDeregisterAny = {
  program: REMOTE_PROGRAM,
  number: 317,
  name: 'connect_domain_event_callback_deregister_any',
  args: struct({ callbackId: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const connectNetworkEventRegisterAny = {
  program: REMOTE_PROGRAM,
  number: 313,
  name: 'connect_network_event_register_any',
  args: struct({ eventId: i32, net: optional(network) }),
  ret: struct({ callbackId: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectNetworkEventDeregisterAny = {
  program: REMOTE_PROGRAM,
  number: 314,
  name: 'connect_network_event_deregister_any',
  args: struct({ callbackId: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const connectStoragePoolEventRegisterAny = {
  program: REMOTE_PROGRAM,
  number: 368,
  name: 'connect_storage_pool_event_register_any',
  args: struct({ eventId: i32, pool: optional(pool) }),
  ret: struct({ callbackId: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectStoragePoolEventDeregisterAny = {
  program: REMOTE_PROGRAM,
  number: 369,
  name: 'connect_storage_pool_event_deregister_any',
  args: struct({ callbackId: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const connectNodeDeviceEventRegisterAny = {
  program: REMOTE_PROGRAM,
  number: 374,
  name: 'connect_node_device_event_register_any',
  args: struct({ eventId: i32, dev: optional(nodeDevice) }),
  ret: struct({ callbackId: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectNodeDeviceEventDeregisterAny = {
  program: REMOTE_PROGRAM,
  number: 375,
  name: 'connect_node_device_event_deregister_any',
  args: struct({ callbackId: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure
