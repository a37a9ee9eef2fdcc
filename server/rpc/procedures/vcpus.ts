import { array, i32, none, opaque, string, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Virtual CPUs: count, pinning, times. */

export const domainSetVcpusFlags = {
  program: REMOTE_PROGRAM,
  number: 199,
  name: 'domain_set_vcpus_flags',
  args: struct({ dom: domain, nvcpus: u32, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetVcpusFlags = {
  program: REMOTE_PROGRAM,
  number: 200,
  name: 'domain_get_vcpus_flags',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ num: i32 }),
} as const satisfies Procedure

export const domainGetVcpus = {
  program: REMOTE_PROGRAM,
  number: 20,
  name: 'domain_get_vcpus',
  args: struct({ dom: domain, maxinfo: i32, maplen: i32 }),
  ret: struct({
    info: array(struct({ number: u32, state: i32, cpuTime: u64, cpu: i32 }), Max.vcpuInfo),
    cpumaps: opaque(Max.cpumapsBytes),
  }),
  priority: true,
} as const satisfies Procedure

export const domainPinVcpuFlags = {
  program: REMOTE_PROGRAM,
  number: 225,
  name: 'domain_pin_vcpu_flags',
  args: struct({ dom: domain, vcpu: u32, cpumap: opaque(Max.cpumapBytes), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSetVcpu = {
  program: REMOTE_PROGRAM,
  number: 384,
  name: 'domain_set_vcpu',
  args: struct({ dom: domain, cpumap: string, state: i32, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetGuestVcpus = {
  program: REMOTE_PROGRAM,
  number: 371,
  name: 'domain_get_guest_vcpus',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ params: params() }),
} as const satisfies Procedure

export const domainSetGuestVcpus = {
  program: REMOTE_PROGRAM,
  number: 372,
  name: 'domain_set_guest_vcpus',
  args: struct({ dom: domain, cpumap: string, state: i32, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainGetCpuStats = {
  program: REMOTE_PROGRAM,
  number: 262,
  name: 'domain_get_cpu_stats',
  args: struct({ dom: domain, nparams: u32, startCpu: i32, ncpus: u32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure
