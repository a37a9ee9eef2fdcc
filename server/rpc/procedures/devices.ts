import { i64, none, string, struct, u32 } from '../codec.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Devices of a domain: attach, detach, change; interface counters. */

export const domainAttachDeviceFlags = {
  program: REMOTE_PROGRAM,
  number: 160,
  name: 'domain_attach_device_flags',
  args: struct({ dom: domain, xml: string, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainDetachDeviceFlags = {
  program: REMOTE_PROGRAM,
  number: 161,
  name: 'domain_detach_device_flags',
  args: struct({ dom: domain, xml: string, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainDetachDeviceAlias = {
  program: REMOTE_PROGRAM,
  number: 392,
  name: 'domain_detach_device_alias',
  args: struct({ dom: domain, alias: string, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainUpdateDeviceFlags = {
  program: REMOTE_PROGRAM,
  number: 174,
  name: 'domain_update_device_flags',
  args: struct({ dom: domain, xml: string, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainInterfaceStats = {
  program: REMOTE_PROGRAM,
  number: 65,
  name: 'domain_interface_stats',
  args: struct({ dom: domain, device: string }),
  ret: struct({
    rxBytes: i64,
    rxPackets: i64,
    rxErrs: i64,
    rxDrop: i64,
    txBytes: i64,
    txPackets: i64,
    txErrs: i64,
    txDrop: i64,
  }),
  priority: true,
} as const satisfies Procedure

export const domainSetInterfaceParameters = {
  program: REMOTE_PROGRAM,
  number: 256,
  name: 'domain_set_interface_parameters',
  args: struct({ dom: domain, device: string, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure
