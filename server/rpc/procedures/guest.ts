import { array, i32, i64, none, optional, string, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** What the guest agent (or DHCP, ARP) tells about the inside of a domain, and what it does there. */

export const domainGetHostname = {
  program: REMOTE_PROGRAM,
  number: 277,
  name: 'domain_get_hostname',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ hostname: string }),
} as const satisfies Procedure

export const domainGetTime = {
  program: REMOTE_PROGRAM,
  number: 337,
  name: 'domain_get_time',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ seconds: i64, nseconds: u32 }),
} as const satisfies Procedure

export const domainInterfaceAddresses = {
  program: REMOTE_PROGRAM,
  number: 353,
  name: 'domain_interface_addresses',
  args: struct({ dom: domain, source: u32, flags: u32 }),
  ret: struct({
    ifaces: array(
      struct({
        name: string,
        hwaddr: optional(string),
        addrs: array(struct({ type: i32, addr: string, prefix: u32 }), Max.guestAddresses),
      }),
      Max.guestInterfaces,
    ),
  }),
} as const satisfies Procedure

export const domainGetFsinfo = {
  program: REMOTE_PROGRAM,
  number: 349,
  name: 'domain_get_fsinfo',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({
    info: array(
      struct({
        mountpoint: string,
        name: string,
        fstype: string,
        devAliases: array(string, Max.filesystemDisks),
      }),
      Max.filesystems,
    ),
    ret: u32,
  }),
} as const satisfies Procedure

export const domainGetGuestInfo = {
  program: REMOTE_PROGRAM,
  number: 418,
  name: 'domain_get_guest_info',
  args: struct({ dom: domain, types: u32, flags: u32 }),
  ret: struct({ params: params() }),
} as const satisfies Procedure

export const domainFsfreeze = {
  program: REMOTE_PROGRAM,
  number: 335,
  name: 'domain_fsfreeze',
  args: struct({ dom: domain, mountpoints: array(string, Max.mountpoints), flags: u32 }),
  ret: struct({ filesystems: i32 }),
} as const satisfies Procedure

export const domainFsthaw = {
  program: REMOTE_PROGRAM,
  number: 336,
  name: 'domain_fsthaw',
  args: struct({ dom: domain, mountpoints: array(string, Max.mountpoints), flags: u32 }),
  ret: struct({ filesystems: i32 }),
} as const satisfies Procedure

export const domainFstrim = {
  program: REMOTE_PROGRAM,
  number: 294,
  name: 'domain_fstrim',
  args: struct({ dom: domain, mountPoint: optional(string), minimum: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSetUserPassword = {
  program: REMOTE_PROGRAM,
  number: 357,
  name: 'domain_set_user_password',
  args: struct({
    dom: domain,
    user: optional(string),
    password: optional(string),
    flags: u32,
  }),
  ret: none,
} as const satisfies Procedure
