import { array, i32, none, optional, string, struct, u32, u64, uuid } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain } from '../types.ts'

/** Domains: lists, look-up, XML, state, metadata. */

export const connectListAllDomains = {
  program: REMOTE_PROGRAM,
  number: 273,
  name: 'connect_list_all_domains',
  args: struct({ needResults: i32, flags: u32 }),
  ret: struct({ domains: array(domain, Max.domains), ret: u32 }),
  priority: true,
} as const satisfies Procedure

export const connectNumOfDomains = {
  program: REMOTE_PROGRAM,
  number: 51,
  name: 'connect_num_of_domains',
  args: none,
  ret: struct({ num: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainLookupByUuid = {
  program: REMOTE_PROGRAM,
  number: 24,
  name: 'domain_lookup_by_uuid',
  args: struct({ uuid }),
  ret: struct({ dom: domain }),
  priority: true,
} as const satisfies Procedure

export const domainLookupByName = {
  program: REMOTE_PROGRAM,
  number: 23,
  name: 'domain_lookup_by_name',
  args: struct({ name: string }),
  ret: struct({ dom: domain }),
  priority: true,
} as const satisfies Procedure

export const domainLookupById = {
  program: REMOTE_PROGRAM,
  number: 22,
  name: 'domain_lookup_by_id',
  args: struct({ id: i32 }),
  ret: struct({ dom: domain }),
  priority: true,
} as const satisfies Procedure

export const domainGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 14,
  name: 'domain_get_xml_desc',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ xml: string }),
} as const satisfies Procedure

export const domainGetInfo = {
  program: REMOTE_PROGRAM,
  number: 16,
  name: 'domain_get_info',
  args: struct({ dom: domain }),
  ret: struct({ state: i32, maxMem: u64, memory: u64, nrVirtCpu: i32, cpuTime: u64 }),
} as const satisfies Procedure

export const domainGetState = {
  program: REMOTE_PROGRAM,
  number: 212,
  name: 'domain_get_state',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ state: i32, reason: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainGetControlInfo = {
  program: REMOTE_PROGRAM,
  number: 229,
  name: 'domain_get_control_info',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ state: u32, details: u32, stateTime: u64 }),
  priority: true,
} as const satisfies Procedure

export const domainGetMaxMemory = {
  program: REMOTE_PROGRAM,
  number: 17,
  name: 'domain_get_max_memory',
  args: struct({ dom: domain }),
  ret: struct({ memory: u64 }),
  priority: true,
} as const satisfies Procedure

export const domainGetMaxVcpus = {
  program: REMOTE_PROGRAM,
  number: 18,
  name: 'domain_get_max_vcpus',
  args: struct({ dom: domain }),
  ret: struct({ num: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainGetOsType = {
  program: REMOTE_PROGRAM,
  number: 19,
  name: 'domain_get_os_type',
  args: struct({ dom: domain }),
  ret: struct({ type: string }),
  priority: true,
} as const satisfies Procedure

export const domainIsActive = {
  program: REMOTE_PROGRAM,
  number: 150,
  name: 'domain_is_active',
  args: struct({ dom: domain }),
  ret: struct({ active: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainIsPersistent = {
  program: REMOTE_PROGRAM,
  number: 151,
  name: 'domain_is_persistent',
  args: struct({ dom: domain }),
  ret: struct({ persistent: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainIsUpdated = {
  program: REMOTE_PROGRAM,
  number: 202,
  name: 'domain_is_updated',
  args: struct({ dom: domain }),
  ret: struct({ updated: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainGetAutostart = {
  program: REMOTE_PROGRAM,
  number: 15,
  name: 'domain_get_autostart',
  args: struct({ dom: domain }),
  ret: struct({ autostart: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainGetMetadata = {
  program: REMOTE_PROGRAM,
  number: 265,
  name: 'domain_get_metadata',
  args: struct({ dom: domain, type: i32, uri: optional(string), flags: u32 }),
  ret: struct({ metadata: string }),
} as const satisfies Procedure

export const domainSetMetadata = {
  program: REMOTE_PROGRAM,
  number: 264,
  name: 'domain_set_metadata',
  args: struct({
    dom: domain,
    type: i32,
    metadata: optional(string),
    key: optional(string),
    uri: optional(string),
    flags: u32,
  }),
  ret: none,
} as const satisfies Procedure

export const domainGetMessages = {
  program: REMOTE_PROGRAM,
  number: 426,
  name: 'domain_get_messages',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ msgs: array(string, Max.messages) }),
} as const satisfies Procedure

export const connectDomainXmlFromNative = {
  program: REMOTE_PROGRAM,
  number: 135,
  name: 'connect_domain_xml_from_native',
  args: struct({ nativeFormat: string, nativeConfig: string, flags: u32 }),
  ret: struct({ domainXml: string }),
} as const satisfies Procedure

export const connectDomainXmlToNative = {
  program: REMOTE_PROGRAM,
  number: 136,
  name: 'connect_domain_xml_to_native',
  args: struct({ nativeFormat: string, domainXml: string, flags: u32 }),
  ret: struct({ nativeConfig: string }),
} as const satisfies Procedure
