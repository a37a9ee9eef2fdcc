import { array, i32, none, opaque, struct, u32 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Tuning: NUMA, scheduler, block weights, I/O threads. */

export const domainGetNumaParameters = {
  program: REMOTE_PROGRAM,
  number: 255,
  name: 'domain_get_numa_parameters',
  args: struct({ dom: domain, nparams: i32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure

export const domainSetNumaParameters = {
  program: REMOTE_PROGRAM,
  number: 254,
  name: 'domain_set_numa_parameters',
  args: struct({ dom: domain, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetSchedulerParametersFlags = {
  program: REMOTE_PROGRAM,
  number: 223,
  name: 'domain_get_scheduler_parameters_flags',
  args: struct({ dom: domain, nparams: i32, flags: u32 }),
  ret: struct({ params: params() }),
} as const satisfies Procedure

export const domainSetSchedulerParametersFlags = {
  program: REMOTE_PROGRAM,
  number: 219,
  name: 'domain_set_scheduler_parameters_flags',
  args: struct({ dom: domain, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetBlkioParameters = {
  program: REMOTE_PROGRAM,
  number: 206,
  name: 'domain_get_blkio_parameters',
  args: struct({ dom: domain, nparams: i32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure

export const domainSetBlkioParameters = {
  program: REMOTE_PROGRAM,
  number: 205,
  name: 'domain_set_blkio_parameters',
  args: struct({ dom: domain, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetIothreadInfo = {
  program: REMOTE_PROGRAM,
  number: 351,
  name: 'domain_get_iothread_info',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({
    info: array(
      struct({ iothreadId: u32, cpumap: opaque(Max.cpumapBytes) }),
      Max.iothreads,
    ),
    ret: u32,
  }),
} as const satisfies Procedure

export const domainSetIothreadParams = {
  program: REMOTE_PROGRAM,
  number: 402,
  name: 'domain_set_iothread_params',
  args: struct({ dom: domain, iothreadId: u32, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetLaunchSecurityInfo = {
  program: REMOTE_PROGRAM,
  number: 396,
  name: 'domain_get_launch_security_info',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ params: params() }),
} as const satisfies Procedure
