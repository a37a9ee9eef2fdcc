import { i32, none, struct, u32, u64 } from '../codec.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** The job of a domain (migration, save, …): progress and abort. */

export const domainGetJobInfo = {
  program: REMOTE_PROGRAM,
  number: 163,
  name: 'domain_get_job_info',
  args: struct({ dom: domain }),
  ret: struct({
    type: i32,
    timeElapsed: u64,
    timeRemaining: u64,
    dataTotal: u64,
    dataProcessed: u64,
    dataRemaining: u64,
    memTotal: u64,
    memProcessed: u64,
    memRemaining: u64,
    fileTotal: u64,
    fileProcessed: u64,
    fileRemaining: u64,
  }),
} as const satisfies Procedure

export const domainGetJobStats = {
  program: REMOTE_PROGRAM,
  number: 298,
  name: 'domain_get_job_stats',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ type: i32, params: params() }),
} as const satisfies Procedure

export const domainAbortJob = {
  program: REMOTE_PROGRAM,
  number: 164,
  name: 'domain_abort_job',
  args: struct({ dom: domain }),
  ret: none,
} as const satisfies Procedure

export const domainAbortJobFlags = {
  program: REMOTE_PROGRAM,
  number: 442,
  name: 'domain_abort_job_flags',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure
