import { i32, none, optional, string, struct, u32 } from '../codec.ts'
import type { Procedure } from '../procedure.ts'
import { QEMU_PROGRAM } from '../procedure.ts'
import { domain } from '../types.ts'

/** The QEMU program: monitor and agent commands. */

export const domainMonitorCommand = {
  program: QEMU_PROGRAM,
  number: 1,
  name: 'domain_monitor_command',
  args: struct({ dom: domain, cmd: string, flags: u32 }),
  ret: struct({ result: string }),
} as const satisfies Procedure

export const domainAttach = {
  program: QEMU_PROGRAM,
  number: 2,
  name: 'domain_attach',
  args: struct({ pidValue: u32, flags: u32 }),
  ret: struct({ dom: domain }),
} as const satisfies Procedure

export const domainAgentCommand = {
  program: QEMU_PROGRAM,
  number: 3,
  name: 'domain_agent_command',
  args: struct({ dom: domain, cmd: string, timeout: i32, flags: u32 }),
  ret: struct({ result: optional(string) }),
} as const satisfies Procedure

export const connectDomainMonitorEventRegister = {
  program: QEMU_PROGRAM,
  number: 4,
  name: 'connect_domain_monitor_event_register',
  args: struct({ dom: optional(domain), event: optional(string), flags: u32 }),
  ret: struct({ callbackId: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectDomainMonitorEventDeregister = {
  program: QEMU_PROGRAM,
  number: 5,
  name: 'connect_domain_monitor_event_deregister',
  args: struct({ callbackId: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure
