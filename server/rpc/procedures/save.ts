import { i32, none, optional, string, struct, u32 } from '../codec.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Saved states and core dumps. */

export const domainSaveFlags = {
  program: REMOTE_PROGRAM,
  number: 232,
  name: 'domain_save_flags',
  args: struct({ dom: domain, to: string, dxml: optional(string), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSaveParams = {
  program: REMOTE_PROGRAM,
  number: 440,
  name: 'domain_save_params',
  args: struct({ dom: domain, params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainRestoreFlags = {
  program: REMOTE_PROGRAM,
  number: 233,
  name: 'domain_restore_flags',
  args: struct({ from: string, dxml: optional(string), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainRestoreParams = {
  program: REMOTE_PROGRAM,
  number: 441,
  name: 'domain_restore_params',
  args: struct({ params: params(), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSaveImageGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 235,
  name: 'domain_save_image_get_xml_desc',
  args: struct({ file: string, flags: u32 }),
  ret: struct({ xml: string }),
  priority: true,
} as const satisfies Procedure

export const domainManagedSave = {
  program: REMOTE_PROGRAM,
  number: 182,
  name: 'domain_managed_save',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainHasManagedSaveImage = {
  program: REMOTE_PROGRAM,
  number: 183,
  name: 'domain_has_managed_save_image',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ result: i32 }),
} as const satisfies Procedure

export const domainManagedSaveRemove = {
  program: REMOTE_PROGRAM,
  number: 184,
  name: 'domain_managed_save_remove',
  args: struct({ dom: domain, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainCoreDumpWithFormat = {
  program: REMOTE_PROGRAM,
  number: 334,
  name: 'domain_core_dump_with_format',
  args: struct({ dom: domain, to: string, dumpformat: u32, flags: u32 }),
  ret: none,
} as const satisfies Procedure
