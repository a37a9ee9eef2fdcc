import { i32, none, opaque, optional, string, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Live migration: the parameters form only, which all daemons since 1.1 speak. */

export const domainMigratePerform3Params = {
  program: REMOTE_PROGRAM,
  number: 305,
  name: 'domain_migrate_perform3_params',
  args: struct({
    dom: domain,
    dconnuri: optional(string),
    params: params(),
    cookieIn: opaque(Max.cookieBytes),
    flags: u32,
  }),
  ret: struct({ cookieOut: opaque(Max.cookieBytes) }),
} as const satisfies Procedure

export const domainMigrateBegin3Params = {
  program: REMOTE_PROGRAM,
  number: 302,
  name: 'domain_migrate_begin3_params',
  args: struct({ dom: domain, params: params(), flags: u32 }),
  ret: struct({ cookieOut: opaque(Max.cookieBytes), xml: string }),
} as const satisfies Procedure

export const domainMigratePrepare3Params = {
  program: REMOTE_PROGRAM,
  number: 303,
  name: 'domain_migrate_prepare3_params',
  args: struct({ params: params(), cookieIn: opaque(Max.cookieBytes), flags: u32 }),
  ret: struct({ cookieOut: opaque(Max.cookieBytes), uriOut: optional(string) }),
} as const satisfies Procedure

export const domainMigrateFinish3Params = {
  program: REMOTE_PROGRAM,
  number: 306,
  name: 'domain_migrate_finish3_params',
  args: struct({
    params: params(),
    cookieIn: opaque(Max.cookieBytes),
    flags: u32,
    cancelled: i32,
  }),
  ret: struct({ dom: domain, cookieOut: opaque(Max.cookieBytes) }),
} as const satisfies Procedure

export const domainMigrateConfirm3Params = {
  program: REMOTE_PROGRAM,
  number: 307,
  name: 'domain_migrate_confirm3_params',
  args: struct({
    dom: domain,
    params: params(),
    cookieIn: opaque(Max.cookieBytes),
    flags: u32,
    cancelled: i32,
  }),
  ret: none,
} as const satisfies Procedure

export const domainMigrateSetMaxDowntime = {
  program: REMOTE_PROGRAM,
  number: 166,
  name: 'domain_migrate_set_max_downtime',
  args: struct({ dom: domain, downtime: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainMigrateGetMaxDowntime = {
  program: REMOTE_PROGRAM,
  number: 387,
  name: 'domain_migrate_get_max_downtime',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ downtime: u64 }),
} as const satisfies Procedure

export const domainMigrateSetMaxSpeed = {
  program: REMOTE_PROGRAM,
  number: 207,
  name: 'domain_migrate_set_max_speed',
  args: struct({ dom: domain, bandwidth: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainMigrateGetMaxSpeed = {
  program: REMOTE_PROGRAM,
  number: 242,
  name: 'domain_migrate_get_max_speed',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ bandwidth: u64 }),
} as const satisfies Procedure

export const domainMigrateSetCompressionCache = {
  program: REMOTE_PROGRAM,
  number: 300,
  name: 'domain_migrate_set_compression_cache',
  args: struct({ dom: domain, cacheSize: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainMigrateGetCompressionCache = {
  program: REMOTE_PROGRAM,
  number: 299,
  name: 'domain_migrate_get_compression_cache',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ cacheSize: u64 }),
} as const satisfies Procedure

export const domainMigrateStartPostCopy = {
  program: REMOTE_PROGRAM,
  number: 364,
  name: 'domain_migrate_start_post_copy',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure
