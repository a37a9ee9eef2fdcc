import { array, i32, none, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Memory of a domain: balloon target, statistics, limits. */

export const domainSetMemory = {
  program: REMOTE_PROGRAM,
  number: 31,
  name: 'domain_set_memory',
  args: struct({ dom: domain, memory: u64 }),
  ret: none,
} as const satisfies Procedure

export const domainSetMemoryFlags = {
  program: REMOTE_PROGRAM,
  number: 204,
  name: 'domain_set_memory_flags',
  args: struct({ dom: domain, memory: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSetMaxMemory = {
  program: REMOTE_PROGRAM,
  number: 30,
  name: 'domain_set_max_memory',
  args: struct({ dom: domain, memory: u64 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const domainSetMemoryStatsPeriod = {
  program: REMOTE_PROGRAM,
  number: 308,
  name: 'domain_set_memory_stats_period',
  args: struct({ dom: domain, period: i32, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainMemoryStats = {
  program: REMOTE_PROGRAM,
  number: 159,
  name: 'domain_memory_stats',
  args: struct({ dom: domain, maxStats: u32, flags: u32 }),
  ret: struct({ stats: array(struct({ tag: i32, val: u64 }), Max.memoryStats) }),
} as const satisfies Procedure

export const domainGetMemoryParameters = {
  program: REMOTE_PROGRAM,
  number: 198,
  name: 'domain_get_memory_parameters',
  args: struct({ dom: domain, nparams: i32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure

export const domainSetMemoryParameters = {
  program: REMOTE_PROGRAM,
  number: 197,
  name: 'domain_set_memory_parameters',
  args: struct({ dom: domain, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure
