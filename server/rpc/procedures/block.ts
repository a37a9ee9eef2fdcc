import { array, i32, none, optional, string, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Disks of a domain: counters, sizes, block jobs. */

export const domainBlockStatsFlags = {
  program: REMOTE_PROGRAM,
  number: 243,
  name: 'domain_block_stats_flags',
  args: struct({ dom: domain, path: string, nparams: i32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure

export const domainGetBlockInfo = {
  program: REMOTE_PROGRAM,
  number: 194,
  name: 'domain_get_block_info',
  args: struct({ dom: domain, path: string, flags: u32 }),
  ret: struct({ allocation: u64, capacity: u64, physical: u64 }),
} as const satisfies Procedure

export const domainBlockResize = {
  program: REMOTE_PROGRAM,
  number: 251,
  name: 'domain_block_resize',
  args: struct({ dom: domain, disk: string, size: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetBlockIoTune = {
  program: REMOTE_PROGRAM,
  number: 253,
  name: 'domain_get_block_io_tune',
  args: struct({ dom: domain, disk: optional(string), nparams: i32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure

export const domainSetBlockIoTune = {
  program: REMOTE_PROGRAM,
  number: 252,
  name: 'domain_set_block_io_tune',
  args: struct({ dom: domain, disk: string, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetDiskErrors = {
  program: REMOTE_PROGRAM,
  number: 263,
  name: 'domain_get_disk_errors',
  args: struct({ dom: domain, maxerrors: u32, flags: u32 }),
  ret: struct({
    errors: array(struct({ disk: string, error: i32 }), Max.diskErrors),
    nerrors: i32,
  }),
} as const satisfies Procedure

export const domainGetBlockJobInfo = {
  program: REMOTE_PROGRAM,
  number: 238,
  name: 'domain_get_block_job_info',
  args: struct({ dom: domain, path: string, flags: u32 }),
  ret: struct({ found: i32, type: i32, bandwidth: u64, cur: u64, end: u64 }),
} as const satisfies Procedure

export const domainBlockJobAbort = {
  program: REMOTE_PROGRAM,
  number: 237,
  name: 'domain_block_job_abort',
  args: struct({ dom: domain, path: string, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainBlockCommit = {
  program: REMOTE_PROGRAM,
  number: 290,
  name: 'domain_block_commit',
  args: struct({
    dom: domain,
    disk: string,
    base: optional(string),
    top: optional(string),
    bandwidth: u64,
    flags: u32,
  }),
  ret: none,
} as const satisfies Procedure

export const domainBlockPull = {
  program: REMOTE_PROGRAM,
  number: 240,
  name: 'domain_block_pull',
  args: struct({ dom: domain, path: string, bandwidth: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainBlockCopy = {
  program: REMOTE_PROGRAM,
  number: 345,
  name: 'domain_block_copy',
  args: struct({
    dom: domain,
    path: string,
    destxml: string,
    params: params(),
    flags: u32,
  }),
  ret: none,
} as const satisfies Procedure
