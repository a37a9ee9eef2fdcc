import {
  array,
  charWordList,
  charWords,
  i32,
  none,
  opaque,
  optional,
  string,
  struct,
  u32,
  u64,
} from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { params } from '../types.ts'

/** The host: versions, capabilities, node information. */

export const connectGetType = {
  program: REMOTE_PROGRAM,
  number: 3,
  name: 'connect_get_type',
  args: none,
  ret: struct({ type: string }),
  priority: true,
} as const satisfies Procedure

/** Not marked as priority: the daemon may probe QEMU for seconds before it answers. */
export const connectGetVersion = {
  program: REMOTE_PROGRAM,
  number: 4,
  name: 'connect_get_version',
  args: none,
  ret: struct({ hvVer: u64 }),
} as const satisfies Procedure

export const connectGetLibVersion = {
  program: REMOTE_PROGRAM,
  number: 157,
  name: 'connect_get_lib_version',
  args: none,
  ret: struct({ libVer: u64 }),
  priority: true,
} as const satisfies Procedure

export const connectGetHostname = {
  program: REMOTE_PROGRAM,
  number: 59,
  name: 'connect_get_hostname',
  args: none,
  ret: struct({ hostname: string }),
  priority: true,
} as const satisfies Procedure

export const connectGetUri = {
  program: REMOTE_PROGRAM,
  number: 110,
  name: 'connect_get_uri',
  args: none,
  ret: struct({ uri: string }),
  priority: true,
} as const satisfies Procedure

export const connectGetSysinfo = {
  program: REMOTE_PROGRAM,
  number: 203,
  name: 'connect_get_sysinfo',
  args: struct({ flags: u32 }),
  ret: struct({ sysinfo: string }),
  priority: true,
} as const satisfies Procedure

/** Not marked as priority: the daemon may probe QEMU for seconds before it answers. */
export const connectGetMaxVcpus = {
  program: REMOTE_PROGRAM,
  number: 5,
  name: 'connect_get_max_vcpus',
  args: struct({ type: optional(string) }),
  ret: struct({ maxVcpus: i32 }),
} as const satisfies Procedure

export const connectGetCapabilities = {
  program: REMOTE_PROGRAM,
  number: 7,
  name: 'connect_get_capabilities',
  args: none,
  ret: struct({ capabilities: string }),
} as const satisfies Procedure

export const connectGetDomainCapabilities = {
  program: REMOTE_PROGRAM,
  number: 342,
  name: 'connect_get_domain_capabilities',
  args: struct({
    emulatorbin: optional(string),
    arch: optional(string),
    machine: optional(string),
    virttype: optional(string),
    flags: u32,
  }),
  ret: struct({ capabilities: string }),
} as const satisfies Procedure

export const connectIsSecure = {
  program: REMOTE_PROGRAM,
  number: 149,
  name: 'connect_is_secure',
  args: none,
  ret: struct({ secure: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectCompareCpu = {
  program: REMOTE_PROGRAM,
  number: 158,
  name: 'connect_compare_cpu',
  args: struct({ xml: string, flags: u32 }),
  ret: struct({ result: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectGetCpuModelNames = {
  program: REMOTE_PROGRAM,
  number: 312,
  name: 'connect_get_cpu_model_names',
  args: struct({ arch: string, needResults: i32, flags: u32 }),
  ret: struct({ models: array(string, Max.cpuModels), ret: i32 }),
} as const satisfies Procedure

export const connectCompareHypervisorCpu = {
  program: REMOTE_PROGRAM,
  number: 393,
  name: 'connect_compare_hypervisor_cpu',
  args: struct({
    emulator: optional(string),
    arch: optional(string),
    machine: optional(string),
    virttype: optional(string),
    xmlCPU: string,
    flags: u32,
  }),
  ret: struct({ result: i32 }),
} as const satisfies Procedure

export const connectBaselineHypervisorCpu = {
  program: REMOTE_PROGRAM,
  number: 394,
  name: 'connect_baseline_hypervisor_cpu',
  args: struct({
    emulator: optional(string),
    arch: optional(string),
    machine: optional(string),
    virttype: optional(string),
    xmlCPUs: array(string, Max.baselineCpus),
    flags: u32,
  }),
  ret: struct({ cpu: string }),
} as const satisfies Procedure

export const nodeGetInfo = {
  program: REMOTE_PROGRAM,
  number: 6,
  name: 'node_get_info',
  args: none,
  ret: struct({
    model: charWords(32),
    memory: u64,
    cpus: i32,
    mhz: i32,
    nodes: i32,
    sockets: i32,
    cores: i32,
    threads: i32,
  }),
  priority: true,
} as const satisfies Procedure

export const nodeGetCpuStats = {
  program: REMOTE_PROGRAM,
  number: 227,
  name: 'node_get_cpu_stats',
  args: struct({ cpuNum: i32, nparams: i32, flags: u32 }),
  ret: struct({
    params: array(struct({ field: string, value: u64 }), Max.nodeStats),
    nparams: i32,
  }),
  priority: true,
} as const satisfies Procedure

export const nodeGetMemoryStats = {
  program: REMOTE_PROGRAM,
  number: 228,
  name: 'node_get_memory_stats',
  args: struct({ nparams: i32, cellNum: i32, flags: u32 }),
  ret: struct({
    params: array(struct({ field: string, value: u64 }), Max.nodeStats),
    nparams: i32,
  }),
  priority: true,
} as const satisfies Procedure

export const nodeGetCellsFreeMemory = {
  program: REMOTE_PROGRAM,
  number: 101,
  name: 'node_get_cells_free_memory',
  args: struct({ startCell: i32, maxcells: i32 }),
  ret: struct({ cells: array(u64, Max.cells) }),
  priority: true,
} as const satisfies Procedure

export const nodeGetFreeMemory = {
  program: REMOTE_PROGRAM,
  number: 102,
  name: 'node_get_free_memory',
  args: none,
  ret: struct({ freeMem: u64 }),
  priority: true,
} as const satisfies Procedure

export const nodeGetCpuMap = {
  program: REMOTE_PROGRAM,
  number: 293,
  name: 'node_get_cpu_map',
  args: struct({ needMap: i32, needOnline: i32, flags: u32 }),
  ret: struct({ cpumap: opaque(Max.cpumapBytes), online: u32, ret: i32 }),
} as const satisfies Procedure

export const nodeGetFreePages = {
  program: REMOTE_PROGRAM,
  number: 340,
  name: 'node_get_free_pages',
  args: struct({
    pages: array(u32, Max.pageCounts),
    startCell: i32,
    cellCount: u32,
    flags: u32,
  }),
  ret: struct({ counts: array(u64, Max.pageCounts) }),
  priority: true,
} as const satisfies Procedure

export const nodeAllocPages = {
  program: REMOTE_PROGRAM,
  number: 347,
  name: 'node_alloc_pages',
  args: struct({
    pageSizes: array(u32, Max.pageCounts),
    pageCounts: array(u64, Max.pageCounts),
    startCell: i32,
    cellCount: u32,
    flags: u32,
  }),
  ret: struct({ ret: i32 }),
} as const satisfies Procedure

export const nodeGetMemoryParameters = {
  program: REMOTE_PROGRAM,
  number: 289,
  name: 'node_get_memory_parameters',
  args: struct({ nparams: i32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure

export const nodeSetMemoryParameters = {
  program: REMOTE_PROGRAM,
  number: 288,
  name: 'node_set_memory_parameters',
  args: struct({ params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const nodeGetSecurityModel = {
  program: REMOTE_PROGRAM,
  number: 122,
  name: 'node_get_security_model',
  args: none,
  ret: struct({
    model: charWordList(Max.securityLabel),
    doi: charWordList(Max.securityLabel),
  }),
  priority: true,
} as const satisfies Procedure

export const nodeGetSevInfo = {
  program: REMOTE_PROGRAM,
  number: 395,
  name: 'node_get_sev_info',
  args: struct({ nparams: i32, flags: u32 }),
  ret: struct({ params: params(), nparams: i32 }),
} as const satisfies Procedure

export const nodeSuspendForDuration = {
  program: REMOTE_PROGRAM,
  number: 250,
  name: 'node_suspend_for_duration',
  args: struct({ target: u32, duration: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure
