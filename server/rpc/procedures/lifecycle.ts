import { array, i32, none, optional, string, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain } from '../types.ts'

/** Definition, start and stop of domains. */

export const domainCreate = {
  program: REMOTE_PROGRAM,
  number: 9,
  name: 'domain_create',
  args: struct({ dom: domain }),
  ret: none,
} as const satisfies Procedure

export const domainCreateWithFlags = {
  program: REMOTE_PROGRAM,
  number: 196,
  name: 'domain_create_with_flags',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ dom: domain }),
} as const satisfies Procedure

export const domainCreateXml = {
  program: REMOTE_PROGRAM,
  number: 10,
  name: 'domain_create_xml',
  args: struct({ xmlDesc: string, flags: u32 }),
  ret: struct({ dom: domain }),
} as const satisfies Procedure

export const domainDefineXmlFlags = {
  program: REMOTE_PROGRAM,
  number: 350,
  name: 'domain_define_xml_flags',
  args: struct({ xml: string, flags: u32 }),
  ret: struct({ dom: domain }),
  priority: true,
} as const satisfies Procedure

export const domainUndefineFlags = {
  program: REMOTE_PROGRAM,
  number: 231,
  name: 'domain_undefine_flags',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const domainShutdownFlags = {
  program: REMOTE_PROGRAM,
  number: 258,
  name: 'domain_shutdown_flags',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainReboot = {
  program: REMOTE_PROGRAM,
  number: 27,
  name: 'domain_reboot',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainReset = {
  program: REMOTE_PROGRAM,
  number: 245,
  name: 'domain_reset',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainDestroy = {
  program: REMOTE_PROGRAM,
  number: 12,
  name: 'domain_destroy',
  args: struct({ dom: domain }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const domainDestroyFlags = {
  program: REMOTE_PROGRAM,
  number: 234,
  name: 'domain_destroy_flags',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const domainSuspend = {
  program: REMOTE_PROGRAM,
  number: 34,
  name: 'domain_suspend',
  args: struct({ dom: domain }),
  ret: none,
} as const satisfies Procedure

export const domainResume = {
  program: REMOTE_PROGRAM,
  number: 28,
  name: 'domain_resume',
  args: struct({ dom: domain }),
  ret: none,
} as const satisfies Procedure

export const domainPmSuspendForDuration = {
  program: REMOTE_PROGRAM,
  number: 261,
  name: 'domain_pm_suspend_for_duration',
  args: struct({ dom: domain, target: u32, duration: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainPmWakeup = {
  program: REMOTE_PROGRAM,
  number: 267,
  name: 'domain_pm_wakeup',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSetAutostart = {
  program: REMOTE_PROGRAM,
  number: 29,
  name: 'domain_set_autostart',
  args: struct({ dom: domain, autostart: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const domainInjectNmi = {
  program: REMOTE_PROGRAM,
  number: 210,
  name: 'domain_inject_nmi',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSendKey = {
  program: REMOTE_PROGRAM,
  number: 226,
  name: 'domain_send_key',
  args: struct({
    dom: domain,
    codeset: u32,
    holdtime: u32,
    keycodes: array(u32, Max.keycodes),
    flags: u32,
  }),
  ret: none,
} as const satisfies Procedure

export const domainRename = {
  program: REMOTE_PROGRAM,
  number: 358,
  name: 'domain_rename',
  args: struct({ dom: domain, newName: optional(string), flags: u32 }),
  ret: struct({ retcode: i32 }),
} as const satisfies Procedure
