import { none, optional, string, struct, u32 } from '../codec.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain } from '../types.ts'

/** Backup jobs. */

export const domainBackupBegin = {
  program: REMOTE_PROGRAM,
  number: 421,
  name: 'domain_backup_begin',
  args: struct({
    dom: domain,
    backupXml: string,
    checkpointXml: optional(string),
    flags: u32,
  }),
  ret: none,
} as const satisfies Procedure

export const domainBackupGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 422,
  name: 'domain_backup_get_xml_desc',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ xml: string }),
  priority: true,
} as const satisfies Procedure
